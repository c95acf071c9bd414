// genre serve: the HTTP server.
#include <fmt/format.h>
#include <malloc.h>

#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "cli/browser.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "server/page/page.h"
#include "server/server.h"

namespace genre::cli {
namespace {

struct ServeOptions {
  server::ServerOptions server;
  std::string model;
  std::string example;
  bool open = false;
  double read_timeout = 0;  // s, as the next
  double predict_timeout = 0;
  double drain_delay = 0;
  double drain_timeout = 0;
};

double seconds(std::chrono::milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

std::chrono::milliseconds milliseconds(double s) {
  return std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>(s));
}

// Bodies come and go, most of them of a size that malloc would give back to the system each time,
// and get anew, page by page.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 4 * static_cast<int>(http::kMiB));
  mallopt(M_TRIM_THRESHOLD, 64 * static_cast<int>(http::kMiB));
}

int run(const ServeOptions& options) {
  keep_freed_memory();
  auto server =
      server::Server::listen([model = options.model] { return load_model(model); }, options.server);
  if (!server) {
    fmt::print(stderr, "genre serve: {}\n", server.error());
    return 1;
  }
  fmt::print("listening on {}\n", server->url());
  if (!options.example.empty()) {
    fmt::print("try: curl -F file=@{} {}/predict\n", options.example, server->url());
  }
  if (!server::has_page()) {
    fmt::print("without its web page: Node.js or npm was not there to build it\n");
  }
  std::fflush(stdout);
  if (options.open && !open_in_browser(server->url())) {
    fmt::print(stderr, "genre serve: there is no xdg-open to open a browser with\n");
  }

  if (!server->run()) {
    fmt::print(stderr, "genre serve: stopped with requests still in progress\n");
    std::quick_exit(1);  // a prediction that is being made cannot be interrupted
  }
  return 0;
}

void add_limits(CLI::App& command, ServeOptions& options) {
  constexpr double kDay = 86400;  // s
  const auto size = CLI::AsSizeValue(false);
  server::ServerOptions& server = options.server;
  const auto add = [&command](const char* name, auto& value, const char* help) {
    return command.add_option(name, value, help)->capture_default_str()->group("Limits");
  };
  add("--max-body", server.limits.max_body, "Largest body of a request, in bytes or as 64MiB")
      ->transform(size);
  add("--max-header", server.limits.max_header, "Largest head of a request")
      ->transform(size)
      ->check(CLI::Range(std::size_t{256}, http::kMiB));
  add("--max-in-flight-bytes", server.max_in_flight_bytes, "All bodies that are held at once")
      ->transform(size);
  add("--max-connections", server.listen.max_connections, "Connections at once");
  add("--max-queue", server.max_queue,
      "Predictions that wait for a worker; at 0 every one is refused");
  add("--max-audio", server.max_audio_duration, "Longest audio of a file, in seconds")
      ->check(CLI::Range(1.0, 10 * kDay));
  add("--read-timeout", options.read_timeout, "Longest silence inside a request, in seconds")
      ->check(CLI::Range(0.01, kDay));
  add("--min-rate", server.limits.pace.min_rate,
      "Bytes a second that a request comes at, once it has taken as long as that")
      ->transform(size)
      ->check(CLI::Range(std::size_t{1}, http::kMiB * http::kKiB));
  add("--predict-timeout", options.predict_timeout,
      "Time for one request's predictions, in seconds")
      ->check(CLI::Range(0.01, kDay));
  add("--drain-delay", options.drain_delay,
      "Time from SIGTERM, in seconds, in which load balancers may learn of it from /readyz")
      ->check(CLI::Range(0.0, kDay));
  add("--drain-timeout", options.drain_timeout,
      "Time after that for requests in progress, in seconds")
      ->check(CLI::Range(0.0, kDay));
  add("--rate-limit", server.gate.rate_limit,
      "Predictions a second and client address; 0: any number")
      ->check(CLI::Range(0.0, 1e6));
  add("--rate-burst", server.gate.rate_burst, "Predictions of an address at once, for --rate-limit")
      ->check(CLI::Range(1.0, 1e6));
  command
      .add_flag("--allow-adpcm", server.allow_adpcm,
                "Decode ADPCM, whose decoders have had more holes than others")
      ->group("Limits");
}

void add_access(CLI::App& command, server::ServerOptions& server) {
  const auto add = [&command](const char* name, auto& value, const char* help) {
    return command.add_option(name, value, help)->group("Access");
  };
  auto* cert = add("--tls-cert", server.tls_cert, "Certificate chain in PEM form, to speak HTTPS");
  auto* key = add("--tls-key", server.tls_key, "Its private key in PEM form");
  cert->needs(key);
  key->needs(cert);
  add("--token-file", server.gate.token_file,
      "File of bearer tokens, one a line, of which a request must show one");
  add("--admin-token-file", server.gate.admin_token_file,
      "The same, for POST /v1/model/reload; without it SIGHUP does that");
  add("--cors-origin", server.cors_origins,
      "Origin whose pages may call the server from a browser, or * for any; may be given again");
}

// Every option that tells how to serve can come from the environment, --max-body from
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

  CLI::App* command = app.add_subcommand("serve", "Serve predictions over HTTP");
  command->add_option("--host", server.listen.host, "Address or name to listen on")
      ->capture_default_str();
  command->add_option("--port", server.listen.port, "Port to listen on; 0 picks a free one")
      ->capture_default_str();
  command->add_option("--threads", server.threads, "Threads that predict")
      ->check(CLI::Range(1, 1024))
      ->default_str("one a core");
  command->add_option("--model", options->model,
                      "ONNX model to use, or a built-in one: default or seed");
  command->add_option("--example", options->example,
                      "Audio file to name in a command to try, printed at the start");
  command->add_flag("--open", options->open, "Open the page in a browser");
  command->add_flag_callback(
      "--quiet", [&server] { server.access_log = false; },
      "No line on standard error for each request");
  add_limits(*command, *options);
  add_access(*command, server);
  add_environment(*command);
  command->callback([options, &status] {
    options->server.limits.pace.silence = milliseconds(options->read_timeout);
    options->server.predict_timeout = milliseconds(options->predict_timeout);
    options->server.drain_delay = milliseconds(options->drain_delay);
    options->server.drain_timeout = milliseconds(options->drain_timeout);
    status = run(*options);
  });
}

}  // namespace genre::cli
