#include "cli/queue_options.h"

#include <cctype>

namespace genre::cli {
namespace {

// A stream's name is a part of subjects and of file names.
std::string check_name(const std::string& name) {
  for (const char c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') {
      return "the name of a stream has only letters, digits, - and _";
    }
  }
  return name.empty() ? "the name of a stream is not empty" : "";
}

}  // namespace

void add_queue_options(CLI::App& app, QueueOptions& options, bool makes_streams) {
  queue::NatsOptions& nats = options.nats;
  const auto add = [&app](const char* name, std::string& value, const char* variable,
                          const char* help) {
    return app.add_option(name, value, help)->envname(variable)->group("NATS");
  };
  add("--nats", nats.url, "NATS_URL", "URL of the server, or of several with commas between them")
      ->capture_default_str();
  app.add_option("--stream", options.stream, "Name of the queue")
      ->check(check_name)
      ->capture_default_str()
      ->group("NATS");
  if (makes_streams) {
    app.add_option("--replicas", options.replicas,
                   "Servers that keep the queue each, where it is not there yet")
        ->check(CLI::Range(1, 5))
        ->capture_default_str()
        ->group("NATS");
  }
  add("--creds", nats.creds, "NATS_CREDS", "File of credentials: a user's JWT and seed");
  auto* user = add("--user", nats.user, "NATS_USER", "Name of the user");
  add("--password", nats.password, "NATS_PASSWORD", "Password of the user")->needs(user);
  add("--token", nats.token, "NATS_TOKEN", "Token instead of a user");
  add("--tlsca", nats.tls_ca, "NATS_CA",
      "Certificates that the server's is trusted by, in PEM form");
  auto* cert = add("--tlscert", nats.tls_cert, "NATS_CERT", "The client's certificate in PEM form");
  auto* key = add("--tlskey", nats.tls_key, "NATS_KEY", "Its private key in PEM form");
  cert->needs(key);
  key->needs(cert);
}

}  // namespace genre::cli
