# The image of `enclosure serve` and of every other command, for those without AWS: Node, git, and the bundled command line.
#
#   docker build --file infra/serve.Dockerfile --tag enclosure .
#   docker run --rm --volume "$PWD/enclosure.yaml:/etc/enclosure/enclosure.yaml:ro" enclosure status
# This image has git, which makes the code cache and which the slim one below has not.
FROM node:22-bookworm AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Nothing is compiled: what would be is for the tests.
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN node scripts/build.mjs --outdir /app/dist \
  && cp package.json /app/ \
  && chmod -R a+rX /app \
  && node /app/dist/enclosure.js --version

FROM node:22-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git openssh-client \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /var/cache/enclosure
COPY --from=build /app /app
ENV NODE_ENV=production \
  ENCLOSURE_CONFIG=/etc/enclosure/enclosure.yaml
USER node
WORKDIR /var/cache/enclosure
EXPOSE 8080
ENTRYPOINT ["node", "/app/dist/enclosure.js"]
CMD ["serve", "--host", "0.0.0.0"]
