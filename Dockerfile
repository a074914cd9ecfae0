# syntax=docker/dockerfile:1
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
ENV CI=true
WORKDIR /src
RUN npm install -g pnpm@10.34.9
# The dependencies are a layer of their own: it is built anew only when the lockfile changes.
COPY pnpm-lock.yaml pnpm-workspace.yaml package.json ./
RUN pnpm fetch
COPY . .
# --no-optional leaves the embedded PostgreSQL out: in a container DATABASE_URL names the database.
RUN pnpm install --offline --frozen-lockfile \
 && pnpm run build \
 && pnpm --filter @gatehouse/gatehouse deploy --prod --no-optional /out

FROM ${NODE_IMAGE} AS base
ENV NODE_ENV=production
WORKDIR /app
RUN install -d -o node -g node -m 0700 /var/lib/gatehouse
# For the command in the container, which finds its gateway by the data folder: docker exec NAME gatehouse status
ENV GATEHOUSE_DATA_DIR=/var/lib/gatehouse
RUN ln -s /app/bin/gatehouse.mjs /usr/local/bin/gatehouse
VOLUME ["/var/lib/gatehouse"]
EXPOSE 8140 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/gatehouse.mjs"]
CMD ["serve", "--data", "/var/lib/gatehouse"]

# Without Ruby, for a gateway that compiles no Puppet code: docker build --target slim .
FROM base AS slim
COPY --from=build --chown=root:root /out ./
USER node

# The last one is what is built where no target is named: with Ruby and Puppet's library.
FROM base AS runtime
RUN apt-get update \
 && apt-get install -y --no-install-recommends puppet-agent \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build --chown=root:root /out ./
USER node
