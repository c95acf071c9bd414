#include "queue/nats.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <vector>

namespace genre::queue {
namespace {

constexpr std::int64_t kConnectTimeout = 5000;  // ms, like the constants below
constexpr std::int64_t kReconnectWait = 250, kReconnectJitter = 100;
constexpr std::int64_t kPingInterval = 5000;  // nats.c reconnects after two pings without a pong
constexpr std::int64_t kFlushTimeout = 5000;

using Options = Handle<natsOptions, natsOptions_Destroy>;

std::vector<std::string> split(const std::string& urls) {
  std::vector<std::string> list;
  for (std::size_t begin = 0; begin < urls.size();) {
    const std::size_t end = std::min(urls.find(',', begin), urls.size());
    if (end > begin) list.push_back(urls.substr(begin, end - begin));
    begin = end + 1;
  }
  return list;
}

Result<void> set(natsStatus status, const std::string& what) {
  if (status == NATS_OK) return {};
  return fail(ErrorCode::kUnreadableFile,
              fmt::format("{} cannot be used: {}", what, natsStatus_GetText(status)));
}

natsStatus set_servers(natsOptions* options, const std::string& urls) {
  const auto list = split(urls);
  std::vector<const char*> servers;
  for (const std::string& url : list) servers.push_back(url.c_str());
  return natsOptions_SetServers(options, servers.data(), static_cast<int>(servers.size()));
}

// Reconnects without a time limit, so that a worker survives any outage of the server.
void set_timeouts(natsOptions* options) {
  natsOptions_SetTimeout(options, kConnectTimeout);
  natsOptions_SetMaxReconnect(options, -1);
  natsOptions_SetReconnectWait(options, kReconnectWait);
  natsOptions_SetReconnectJitter(options, kReconnectJitter, kReconnectJitter);
  natsOptions_SetPingInterval(options, kPingInterval);
  // Without a handler, nats.c prints asynchronous errors.
  natsOptions_SetErrorHandler(
      options, [](natsConnection*, natsSubscription*, natsStatus, void*) {}, nullptr);
}

Result<void> set_user(natsOptions* options, const NatsOptions& from) {
  if (!from.user.empty()) {
    natsOptions_SetUserInfo(options, from.user.c_str(), from.password.c_str());
  }
  if (!from.token.empty()) natsOptions_SetToken(options, from.token.c_str());
  if (from.creds.empty()) return {};
  // nats.c opens the file only when it connects, and its error does not name the cause.
  if (!std::ifstream(from.creds)) {
    return fail(ErrorCode::kUnreadableFile,
                fmt::format("the credentials in {} cannot be read", from.creds));
  }
  return set(natsOptions_SetUserCredentialsFromFiles(options, from.creds.c_str(), nullptr),
             "the credentials in " + from.creds);
}

Result<void> set_tls(natsOptions* options, const NatsOptions& from) {
  if (!from.tls_ca.empty()) {
    if (auto done = set(natsOptions_LoadCATrustedCertificates(options, from.tls_ca.c_str()),
                        "the CA certificates in " + from.tls_ca);
        !done) {
      return done;
    }
  }
  if (from.tls_cert.empty()) return {};
  return set(
      natsOptions_LoadCertificatesChain(options, from.tls_cert.c_str(), from.tls_key.c_str()),
      fmt::format("the certificate in {} with the key in {}", from.tls_cert, from.tls_key));
}

}  // namespace

Result<Nats> Nats::connect(const NatsOptions& from) {
  natsOptions* made = nullptr;
  if (const auto status = natsOptions_Create(&made); status != NATS_OK) {
    return unavailable("cannot create a connection to NATS", status);
  }
  const Options options(made);
  set_timeouts(made);
  natsOptions_SetName(made, from.name.c_str());
  const auto complete = set_user(made, from).and_then([&] { return set_tls(made, from); });
  if (!complete) return tl::make_unexpected(complete.error());
  natsConnection* connection = nullptr;
  natsStatus status = set_servers(made, from.url);
  if (status == NATS_OK) status = natsConnection_Connect(&connection, made);
  if (status == NATS_INVALID_ARG || status == NATS_ADDRESS_MISSING) {
    return unavailable(fmt::format("\"{}\" is not the URL of a NATS server, such as "
                                   "nats://127.0.0.1:4222",
                                   from.url),
                       status);
  }
  if (status != NATS_OK) return unavailable("cannot connect to NATS at " + from.url, status);
  return Nats(Connection(connection));
}

Result<JetStream> Nats::jetstream(const jsOptions& options) const {
  jsOptions copy = options;
  jsCtx* js = nullptr;
  if (const auto status = natsConnection_JetStream(&js, connection_.get(), &copy);
      status != NATS_OK) {
    return unavailable("cannot use JetStream", status);
  }
  return JetStream(js);
}

Result<JetStream> Nats::jetstream() const {
  jsOptions defaults;
  jsOptions_Init(&defaults);
  return jetstream(defaults);
}

void Nats::flush() const { natsConnection_FlushTimeout(connection_.get(), kFlushTimeout); }

bool Nats::connected() const {
  return natsConnection_Status(connection_.get()) == NATS_CONN_STATUS_CONNECTED;
}

bool Nats::closed() const { return natsConnection_IsClosed(connection_.get()); }

std::size_t Nats::max_payload() const {
  return static_cast<std::size_t>(natsConnection_GetMaxPayload(connection_.get()));
}

Result<std::optional<std::string>> header_of(natsMsg* message, const char* name) {
  const char* value = nullptr;
  const natsStatus status = natsMsgHeader_Get(message, name, &value);
  if (status == NATS_OK) return value;
  if (status == NATS_NO_MEMORY) return fail(ErrorCode::kOutOfMemory, natsStatus_GetText(status));
  return std::nullopt;
}

tl::unexpected<Error> unavailable(const std::string& what, natsStatus status) {
  // The last error of this thread has the form "(file.c:123): message of the server".
  natsStatus last = NATS_OK;
  const char* const detail = nats_GetLastError(&last);
  std::string_view why = natsStatus_GetText(status);
  if (last == status && detail != nullptr) {
    const std::string_view said = detail;
    const auto place = said.find("): ");
    if (place != std::string_view::npos) why = said.substr(place + 3);
  }
  return fail(ErrorCode::kUnavailable, fmt::format("{}: {}", what, why));
}

}  // namespace genre::queue
