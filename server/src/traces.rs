//! Traces for a collector of OpenTelemetry, over OTLP as protobuf by HTTP. The settings are OpenTelemetry's own (`OTEL_…`);
//! without an endpoint among them nothing is sent. What spans hold is what the log holds.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::registry::LookupSpan;

const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

/// Sends traces until it is dropped, and then the last ones.
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Begins to send, if the settings say where. It has to be called outside of a tokio runtime.
    ///
    /// # Errors
    /// Why the settings cannot be used.
    pub fn start() -> Result<Self, String> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        if !is_wanted(set) {
            return Ok(Self(None));
        }
        let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).build();
        let exporter = exporter.map_err(|error| error.to_string())?;
        let name = set("OTEL_SERVICE_NAME").unwrap_or_else(|| "muster".to_owned());
        let resource = Resource::builder().with_service_name(name).build();
        let provider = SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
        Ok(Self(Some(provider)))
    }

    /// What hands spans over; nothing if none are sent.
    pub fn layer<S: Subscriber + for<'span> LookupSpan<'span>>(&self) -> Option<OpenTelemetryLayer<S, SdkTracer>> {
        let tracer = self.0.as_ref()?.tracer("muster");
        Some(tracing_opentelemetry::layer().with_tracer(tracer))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Some(provider) = self.0.take()
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Whether there is somebody to send to, and nobody has switched it off ("OpenTelemetry environment variable specification").
fn is_wanted(set: impl Fn(&str) -> Option<String>) -> bool {
    let off = |name: &str, word: &str| set(name).is_some_and(|value| value.trim().eq_ignore_ascii_case(word));
    let somewhere = ENDPOINTS.iter().any(|name| set(name).is_some());
    somewhere && !off("OTEL_SDK_DISABLED", "true") && !off("OTEL_TRACES_EXPORTER", "none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sent_until_somebody_says_where() {
        let wanted = |settings: &[(&str, &str)]| {
            let find = |name: &str| settings.iter().find(|(known, _)| *known == name);
            is_wanted(|name| find(name).map(|(_, value)| (*value).to_owned()))
        };
        let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318");
        assert!(!wanted(&[]) && !wanted(&[("OTEL_SERVICE_NAME", "muster")]));
        assert!(wanted(&[endpoint]) && wanted(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:4318")]));
        assert!(wanted(&[endpoint, ("OTEL_SDK_DISABLED", "false")]));
        assert!(!wanted(&[endpoint, ("OTEL_SDK_DISABLED", "TRUE")]));
        assert!(!wanted(&[endpoint, ("OTEL_TRACES_EXPORTER", "none")]));
    }
}
