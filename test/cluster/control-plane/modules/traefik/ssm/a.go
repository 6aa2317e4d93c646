package ssm

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

type Client struct{}

func NewFromConfig(config any) *Client { return &Client{} }

type DescribeInstanceInformationInput struct {
	Filters []types.InstanceInformationStringFilter
}

type DescribeInstanceInformationOutput struct {
	InstanceInformationList []types.InstanceInformation
}

type DescribeInstanceInformationPaginator struct{}

func NewDescribeInstanceInformationPaginator(c *Client, in *DescribeInstanceInformationInput) *DescribeInstanceInformationPaginator {
	return &DescribeInstanceInformationPaginator{}
}

func (DescribeInstanceInformationPaginator) HasMorePages() bool { return true }

func (DescribeInstanceInformationPaginator) NextPage(ctx context.Context) (*DescribeInstanceInformationOutput, error) {
	return nil, errors.New("ssm is not built in")
}
