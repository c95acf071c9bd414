#include "cli/queue_options.h"

#include <cctype>

namespace genre::cli {
namespace {

// A stream's name is part of NATS subjects, where "." and "*" have a meaning, and of file names.
std::string check_name(const std::string& name) {
  for (const char c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') {
      return "the name of a stream can only contain letters, digits, - and _";
    }
  }
  return name.empty() ? "the name of a stream cannot be empty" : "";
}

}  // namespace

void add_queue_options(CLI::App& app, QueueOptions& options, bool makes_streams) {
  queue::NatsOptions& nats = options.nats;
  const auto add = [&app](const char* name, std::string& value, const char* variable,
                          const char* help) {
    return app.add_option(name, value, help)->envname(variable)->group("NATS");
  };
  add("--nats", nats.url, "NATS_URL", "URL of the NATS server, or several URLs separated by commas")
      ->capture_default_str();
  app.add_option("--stream", options.stream, "Name of the queue")
      ->check(check_name)
      ->capture_default_str()
      ->group("NATS");
  if (makes_streams) {
    app.add_option("--replicas", options.replicas,
                   "Number of servers that store a new queue; an existing queue is not changed")
        ->check(CLI::Range(1, 5))
        ->capture_default_str()
        ->group("NATS");
  }
  add("--creds", nats.creds, "NATS_CREDS", "Credentials file with the JWT and seed of a user");
  auto* user = add("--user", nats.user, "NATS_USER", "User name");
  add("--password", nats.password, "NATS_PASSWORD", "Password of the user")->needs(user);
  add("--token", nats.token, "NATS_TOKEN", "Token, in place of a user name and password");
  add("--tlsca", nats.tls_ca, "NATS_CA", "CA certificates to verify the server with (PEM file)");
  auto* cert = add("--tlscert", nats.tls_cert, "NATS_CERT", "Client certificate (PEM file)");
  auto* key =
      add("--tlskey", nats.tls_key, "NATS_KEY", "Private key of the client certificate (PEM file)");
  cert->needs(key);
  key->needs(cert);
}

}  // namespace genre::cli
