// genre serve: the HTTP server.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/input.h"
#include "server/server.h"

namespace genre::cli {
namespace {

struct ServeOptions {
  server::ServerOptions server;
  std::string model;
  std::string example;
  double read_timeout = 0;   // s
  double drain_timeout = 0;  // s
};

double seconds(std::chrono::milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

std::chrono::milliseconds milliseconds(double s) {
  return std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>(s));
}

int run(const ServeOptions& options) {
  auto server = load_model(options.model)
                    .map_error([](const Error& error) { return error.message; })
                    .and_then([&](const std::shared_ptr<const Model>& model) {
                      return server::Server::listen(model, options.server);
                    });
  if (!server) {
    fmt::print(stderr, "genre serve: {}\n", server.error());
    return 1;
  }
  fmt::print("listening on {}\n", server->url());
  if (!options.example.empty()) {
    fmt::print("try: curl -F file=@{} {}/predict\n", options.example, server->url());
  }
  std::fflush(stdout);

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
  add("--max-body", server.max_body, "Largest body of a request, in bytes or as 64MiB")
      ->transform(size);
  add("--max-header", server.max_header, "Largest head of a request")
      ->transform(size)
      ->check(CLI::Range(std::size_t{256}, server::kMiB));
  add("--max-in-flight-bytes", server.max_in_flight_bytes, "All bodies that are held at once")
      ->transform(size);
  add("--max-connections", server.max_connections, "Connections at once");
  add("--max-queue", server.max_queue,
      "Predictions that wait for a worker; at 0 every one is refused");
  add("--max-audio", server.max_audio_duration, "Longest audio of a file, in seconds")
      ->check(CLI::Range(1.0, 10 * kDay));
  add("--read-timeout", options.read_timeout, "Longest silence inside a request, in seconds")
      ->check(CLI::Range(0.01, kDay));
  add("--drain-timeout", options.drain_timeout,
      "Time for requests in progress after SIGTERM, in seconds")
      ->check(CLI::Range(0.0, kDay));
}

}  // namespace

void add_serve(CLI::App& app, int& status) {
  auto options = std::make_shared<ServeOptions>();
  server::ServerOptions& server = options->server;
  options->read_timeout = seconds(server.read_timeout);
  options->drain_timeout = seconds(server.drain_timeout);

  CLI::App* command = app.add_subcommand("serve", "Serve predictions over HTTP");
  command->add_option("--host", server.host, "Address or name to listen on")->capture_default_str();
  command->add_option("--port", server.port, "Port to listen on; 0 picks a free one")
      ->capture_default_str();
  command->add_option("--threads", server.threads, "Threads that predict")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--model", options->model,
                      "ONNX model to use, or a built-in one: default or seed");
  command->add_option("--example", options->example,
                      "Audio file to name in a command to try, printed at the start");
  command->add_flag_callback(
      "--quiet", [&server] { server.access_log = false; },
      "No line on standard error for each request");
  add_limits(*command, *options);
  command->callback([options, &status] {
    options->server.read_timeout = milliseconds(options->read_timeout);
    options->server.drain_timeout = milliseconds(options->drain_timeout);
    status = run(*options);
  });
}

}  // namespace genre::cli
