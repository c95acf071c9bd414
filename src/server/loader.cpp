#include "server/loader.h"

#include <fmt/format.h>

#include "http/tls.h"
#include "server/self_test.h"

namespace genre::server {

Result<std::shared_ptr<const Model>> load_tested(const ModelSource& source) {
  auto model = source();
  if (!model) return model;
  if (auto tested = self_test(*model); !tested) return tl::make_unexpected(tested.error());
  return model;
}

Result<http::Listener::Tls> load_tls(const ServerOptions& options) {
  if (options.tls_cert.empty()) return nullptr;
  auto context = http::load_tls(options.tls_cert, options.tls_key);
  if (!context) return fail(ErrorCode::kUnreadableFile, std::move(context.error()));
  return *std::move(context);
}

Result<http::Gate> load_gate(const ServerOptions& options) {
  auto gate = http::Gate::make(options.gate);
  if (!gate) return fail(ErrorCode::kUnreadableFile, std::move(gate.error()));
  return *std::move(gate);
}

}  // namespace genre::server
