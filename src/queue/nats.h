// A connection to NATS (nats.c), with the usual options: URLs, credentials, TLS.
#pragma once

#include <nats/nats.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "genre/result.h"

namespace genre::queue {

constexpr std::chrono::milliseconds kRetryPause{250};
constexpr std::chrono::seconds kPatience{30};  // with a server that does not respond

struct NatsOptions {
  std::string url = "nats://127.0.0.1:4222";  // or several, separated by commas
  std::string name;                           // shown in the server's list of connections
  std::string creds;                          // file with a user's JWT and seed
  std::string user, password, token;
  std::string tls_ca, tls_cert, tls_key;  // PEM files
};

template <auto destroy>
struct Destroy {
  template <typename T>
  void operator()(T* object) const {
    destroy(object);
  }
};
template <typename T, auto destroy>
using Handle = std::unique_ptr<T, Destroy<destroy>>;

// Destroys the messages that are still in a list, but not the list, which is a local variable.
struct FreeList {
  void operator()(natsMsgList* list) const { natsMsgList_Destroy(list); }
};

using Message = Handle<natsMsg, natsMsg_Destroy>;
using Subscription = Handle<natsSubscription, natsSubscription_Destroy>;
using JetStream = Handle<jsCtx, jsCtx_Destroy>;

// Once connected, it reconnects after each lost connection, without a time limit. Thread-safe.
class Nats {
 public:
  // Errors: kUnavailable; kUnreadableFile for the credentials and TLS files.
  [[nodiscard]] static Result<Nats> connect(const NatsOptions& options);

  // Destroy the result before the connection. Error: kUnavailable.
  [[nodiscard]] Result<JetStream> jetstream(const jsOptions& options) const;
  [[nodiscard]] Result<JetStream> jetstream() const;  // with nats.c's defaults

  // Sends the data that nats.c has buffered.
  void flush() const;

  [[nodiscard]] bool connected() const;

  // Whether it will never reconnect: nats.c closes a connection if it has no memory to reconnect.
  [[nodiscard]] bool closed() const;

  // The largest message that the server accepts, in bytes.
  [[nodiscard]] std::size_t max_payload() const;

 private:
  using Connection = Handle<natsConnection, natsConnection_Destroy>;
  explicit Nats(Connection connection) : connection_(std::move(connection)) {}

  Connection connection_;
};

// A header of a message, if present. Error: kOutOfMemory, because nats.c parses headers on demand;
// do not treat it as a missing header.
[[nodiscard]] Result<std::optional<std::string>> header_of(natsMsg* message, const char* name);

// kUnavailable. what: what failed; the message also has the reason from NATS.
[[nodiscard]] tl::unexpected<Error> unavailable(const std::string& what, natsStatus status);

}  // namespace genre::queue
