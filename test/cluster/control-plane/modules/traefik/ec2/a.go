package ec2

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

type Client struct{}

func NewFromConfig(config any) *Client { return &Client{} }

type DescribeInstancesInput struct{ InstanceIds []string }

type DescribeInstancesOutput struct{ Reservations []types.Reservation }

type DescribeInstancesPaginator struct{}

func NewDescribeInstancesPaginator(c *Client, in *DescribeInstancesInput) *DescribeInstancesPaginator {
	return &DescribeInstancesPaginator{}
}

func (DescribeInstancesPaginator) HasMorePages() bool { return true }

func (DescribeInstancesPaginator) NextPage(ctx context.Context) (*DescribeInstancesOutput, error) {
	return nil, errors.New("ec2 is not built in")
}
