# docker build -f deploy/loadtester.Dockerfile -t canary-load-tester:0.1.0 .
FROM node:26-alpine AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
ARG REVISION=unknown
RUN CANARY_REVISION="$REVISION" node scripts/build.ts

FROM node:26-alpine
# What commands of hooks call most; further tools (k6, newman, artillery, bats) go into an image that
# begins with this one. tini takes up the processes that they leave.
RUN apk add --no-cache bash curl git helm jq kubectl tini
COPY --from=build /src/dist/canary-load-tester.cjs /src/dist/THIRD_PARTY_NOTICES \
  /opt/kubectl-canary/dist/
COPY --from=build /src/bin/canary-load-tester.js /src/bin/package.json \
  /opt/kubectl-canary/bin/
COPY --from=build /src/package.json /src/LICENSE /opt/kubectl-canary/
COPY --chmod=0755 deploy/image/loadtester deploy/image/hey /home/app/
# Scripts find `hey`, which is the load that is built in.
ENV PATH=/home/app:$PATH HOME=/home/app
# Manifests of Flagger start ./loadtester here.
WORKDIR /home/app
USER 100:101
ENTRYPOINT ["./loadtester"]
