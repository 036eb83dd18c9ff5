# The application in one image. It runs without root, writes nothing to its own file system,
# and takes its configuration from the environment (`SKADEHUB_…`, see src/config.rs).

FROM rust:1.95-bookworm AS build
WORKDIR /build
ENV SQLX_OFFLINE=true
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --locked --release --bin skadehub && cp target/release/skadehub /skadehub

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /skadehub /usr/local/bin/skadehub
USER nonroot
ENV SKADEHUB_LISTEN=0.0.0.0:8080
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/skadehub"]
CMD ["serve"]
