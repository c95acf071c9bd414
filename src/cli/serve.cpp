// genre serve: the HTTP server.
#include <fmt/format.h>
#include <malloc.h>

#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "base/report_error.h"
#include "cli/browser.h"
#include "cli/commands.h"
#include "cli/decode_options.h"
#include "cli/served_models.h"
#include "cli/version.h"
#include "server/page/page.h"
#include "server/server.h"

namespace genre::cli {
namespace {

struct ServeOptions {
  server::ServerOptions server;
  std::vector<std::string> models;
  std::string example;
  std::string tags_model;
  bool open = false;
  double read_timeout = 0;  // s, like the other times
  double predict_timeout = 0;
  double drain_delay = 0;
  double drain_timeout = 0;
  double stream_idle = 0;
};

double seconds(std::chrono::milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

std::chrono::milliseconds milliseconds(double s) {
  return std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>(s));
}

// Request bodies are mostly larger than malloc's default threshold for mmap: it would return the
// memory of each body to the system, and the next body would fault in every page again.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 4 * static_cast<int>(http::kMiB));
  mallopt(M_TRIM_THRESHOLD, 64 * static_cast<int>(http::kMiB));
}

int run(const ServeOptions& options) {
  base::end_at_signals();
  keep_freed_memory();
  auto models = served_models(options.models, options.tags_model);
  if (!models) {
    base::report_error("genre serve", models.error().message);
    return 1;
  }
  auto server = server::Server::listen(*std::move(models), options.server);
  if (!server) {
    base::report_error("genre serve", server.error());
    return 1;
  }
  fmt::print("listening on {}\n", server->url());
  if (const std::string url = server->admin_url(); !url.empty()) {
    fmt::print("health and metrics on {}\n", url);
  }
  if (!options.example.empty()) {
    fmt::print("try: curl -F file=@{} {}/predict\n", options.example, server->url());
  }
  if (!server::has_page()) {
    fmt::print("without its web page: this build had no Node.js or npm\n");
  }
  std::fflush(stdout);
  if (options.open && !open_in_browser(server->url())) {
    base::report_error("genre serve", "cannot open a browser: there is no xdg-open");
  }

  const bool drained = server->run();
  // Neither a prediction nor the load of a model can be interrupted, and nobody waits for them.
  if (!drained || server->loading()) std::quick_exit(drained ? 0 : 1);
  return 0;
}

void add_limits(CLI::App& command, ServeOptions& options) {
  constexpr double kDay = 86400;  // s
  const auto size = CLI::AsSizeValue(false);
  server::ServerOptions& server = options.server;
  const auto add = [&command](const char* name, auto& value, const char* help) {
    return command.add_option(name, value, help)->capture_default_str()->group("Limits");
  };
  add("--max-body", server.limits.max_body,
      "Maximum size of a request body, in bytes or with a unit, such as 64MiB")
      ->transform(size);
  add("--max-header", server.limits.max_header, "Maximum size of a request header")
      ->transform(size)
      ->check(CLI::Range(std::size_t{256}, http::kMiB));
  add("--max-in-flight-bytes", server.max_in_flight_bytes,
      "Maximum size of all request bodies in memory together")
      ->transform(size);
  add("--max-connections", server.listen.max_connections,
      "Maximum number of open connections; idle ones are closed to make room for new ones");
  command
      .add_option(
          "--max-connections-per-address", server.listen.max_per_client,
          "Maximum number of open connections from one address, or IPv6 /64 network. Behind "
          "a proxy, set it to the value of --max-connections")
      ->default_str("half of --max-connections, but at least 64")
      ->check(CLI::PositiveNumber)
      ->group("Limits");
  add("--max-queue", server.max_queue,
      "Maximum number of predictions that wait for a thread; 0 refuses all predictions");
  add("--max-jobs", server.async.max_jobs,
      "Maximum number of jobs of \"Prefer: respond-async\" and of their results; 0 for none");
  add("--max-audio", server.max_audio_duration, "Maximum duration of an audio file, in seconds")
      ->check(CLI::Range(1.0, 10 * kDay));
  add("--read-timeout", options.read_timeout,
      "Maximum time without data inside a request or response, in seconds")
      ->check(CLI::Range(0.01, kDay));
  add("--min-rate", server.limits.pace.min_rate,
      "Minimum average transfer rate in bytes per second, checked after --read-timeout seconds")
      ->transform(size)
      ->check(CLI::Range(std::size_t{1}, http::kMiB * http::kKiB));
  add("--predict-timeout", options.predict_timeout,
      "Maximum waiting and processing time of a request, in seconds")
      ->check(CLI::Range(0.01, kDay));
  add("--drain-delay", options.drain_delay,
      "Seconds after SIGTERM during which the server still accepts connections and /readyz returns "
      "503")
      ->check(CLI::Range(0.0, kDay));
  add("--drain-timeout", options.drain_timeout,
      "Seconds after --drain-delay during which requests in progress can finish")
      ->check(CLI::Range(0.0, kDay));
  add("--rate-limit", server.gate.rate_limit,
      "Maximum number of predictions per second and client address; 0: no limit")
      ->check(CLI::Range(0.0, 1e6));
  add("--rate-burst", server.gate.rate_burst,
      "Maximum number of predictions in a burst from one address, if --rate-limit is set")
      ->check(CLI::Range(1.0, 1e6));
  add("--max-streams", server.streams.max_streams,
      "Maximum number of live predictions at once; 0 refuses all");
  add("--stream-idle", options.stream_idle,
      "Maximum time without audio in a live prediction, in seconds")
      ->check(CLI::Range(0.01, kDay));
  add("--stream-rate", server.streams.max_rate,
      "Maximum rate of a live prediction in bytes per second; faster ones are slowed down")
      ->transform(size)
      ->check(CLI::Range(http::kKiB, http::kMiB * http::kKiB));
  command
      .add_flag("--allow-adpcm", server.allow_adpcm,
                "Decode ADPCM files; their decoders have had more vulnerabilities than others")
      ->group("Limits");
  add_formats_option(command, server.allow_ffmpeg)->group("Limits");
  add_strict_option(command, server.strict)->group("Limits");
}

void add_access(CLI::App& command, server::ServerOptions& server) {
  const auto add = [&command](const char* name, auto& value, const char* help) {
    return command.add_option(name, value, help)->group("Access");
  };
  auto* cert = add("--tls-cert", server.tls_cert, "Certificate chain (PEM file); enables HTTPS");
  auto* key = add("--tls-key", server.tls_key, "Private key of the certificate (PEM file)");
  cert->needs(key);
  key->needs(cert);
  add("--token-file", server.gate.token_file,
      "File of bearer tokens, one per line; requests then need one of these tokens");
  add("--admin-token-file", server.gate.admin_token_file,
      "File of bearer tokens for POST /v1/model/reload; without it, only SIGHUP reloads the model");
  add("--cors-origin", server.cors_origins,
      "Origin whose web pages may call the server, or * for all; can be repeated");
}

// Every option except --help and --open can also be set by an environment variable: --max-body by
// GENRE_MAX_BODY.
void add_environment(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) {
    const auto& names = option->get_lnames();
    if (names.empty() || names.front() == "help" || names.front() == "open") continue;
    std::string variable = "GENRE_" + names.front();
    for (char& c : variable) {
      c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    option->envname(variable);
  }
}

}  // namespace

void add_serve(CLI::App& app, int& status) {
  auto options = std::make_shared<ServeOptions>();
  server::ServerOptions& server = options->server;
  options->read_timeout = seconds(server.limits.pace.silence);
  options->predict_timeout = seconds(server.predict_timeout);
  options->drain_delay = seconds(server.drain_delay);
  options->drain_timeout = seconds(server.drain_timeout);
  options->stream_idle = seconds(server.streams.idle);

  CLI::App* command = app.add_subcommand("serve", "Serve predictions over HTTP");
  command->add_option("--host", server.listen.host, "Address or name to listen on")
      ->capture_default_str();
  command->add_option("--port", server.listen.port, "Port to listen on; 0 chooses a free port")
      ->capture_default_str();
  command->add_option("--admin-port", server.admin_port,
                      "Port for /healthz, /readyz and /metrics alone, over plain HTTP, which "
                      "responds however busy the other port is; 0 chooses a free port");
  command->add_option("--threads", server.threads, "Number of threads that make predictions")
      ->check(CLI::Range(1, 1024))
      ->default_str("one per core");
  command
      ->add_option(
          "--model", options->models,
          "ONNX model file, or a built-in model: default, best or seed; can be repeated to serve "
          "several models, each NAME=FILE, the first of which is the default")
      ->type_name("[NAME=]FILE")
      ->allow_extra_args(false);
  command->add_option("--tags-model", options->tags_model,
                      "Network for the parameter tags if a model has none: an ONNX file, or the "
                      "name of one from genre model pull, such as mn04");
  command->add_option("--example", options->example,
                      "Audio file for the curl command that is printed at startup");
  command->add_flag("--open", options->open, "Open the web page in a browser");
  command->add_flag_callback(
      "--quiet", [&server] { server.access_log = false; },
      "Do not write an access log to standard error");
  add_limits(*command, *options);
  add_access(*command, server);
  add_environment(*command);
  command->callback([options, &status] {
    options->server.limits.pace.silence = milliseconds(options->read_timeout);
    options->server.predict_timeout = milliseconds(options->predict_timeout);
    options->server.drain_delay = milliseconds(options->drain_delay);
    options->server.drain_timeout = milliseconds(options->drain_timeout);
    options->server.streams.idle = milliseconds(options->stream_idle);
    options->server.revision = revision();
    status = run(*options);
  });
}

}  // namespace genre::cli
