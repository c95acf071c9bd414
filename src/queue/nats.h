// A connection to NATS (nats.c), as clients of it have them: URLs, credentials, TLS.
#pragma once

#include <nats/nats.h>

#include <memory>
#include <optional>
#include <string>

#include "genre/result.h"

namespace genre::queue {

struct NatsOptions {
  std::string url = "nats://127.0.0.1:4222";  // or several, with commas between them
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

// Destroys the messages that are still in a list, which itself is a local variable.
struct FreeList {
  void operator()(natsMsgList* list) const { natsMsgList_Destroy(list); }
};

using Message = Handle<natsMsg, natsMsg_Destroy>;
using Subscription = Handle<natsSubscription, natsSubscription_Destroy>;
using JetStream = Handle<jsCtx, jsCtx_Destroy>;

// Once connected, it reconnects whenever the server is lost, without a time limit.
// Thread-safe.
class Nats {
 public:
  // Errors: kUnavailable; kUnreadableFile for the files of credentials and TLS.
  [[nodiscard]] static Result<Nats> connect(const NatsOptions& options);

  // Destroy the result before the connection. Error: kUnavailable.
  [[nodiscard]] Result<JetStream> jetstream(const jsOptions& options) const;
  [[nodiscard]] Result<JetStream> jetstream() const;  // with nats.c's defaults

  // Sends what nats.c has buffered.
  void flush() const;

  [[nodiscard]] bool connected() const;

  // Whether it will never reconnect. nats.c gives a connection up where it has no memory for it.
  [[nodiscard]] bool closed() const;

  // The largest message that the server accepts, in bytes.
  [[nodiscard]] std::size_t max_payload() const;

 private:
  using Connection = Handle<natsConnection, natsConnection_Destroy>;
  explicit Nats(Connection connection) : connection_(std::move(connection)) {}

  Connection connection_;
};

// A header of a message, if it has it. Error: kOutOfMemory, which must not be taken for a header
// that is not there: nats.c parses headers when they are asked for.
[[nodiscard]] Result<std::optional<std::string>> header_of(natsMsg* message, const char* name);

// kUnavailable: what could not be done, and the reason that NATS gives.
[[nodiscard]] tl::unexpected<Error> unavailable(const std::string& what, natsStatus status);

}  // namespace genre::queue
