#include <gmock/gmock.h>

#include "dataset/temporary_folder.h"
#include "http/gate.h"
#include "server/api/routes.h"

namespace genre::server {
namespace {

using Access = genre::test::TemporaryFolder;

TEST_F(Access, LeavesHealthOpen) {
  write("tokens", "secret");
  http::GateOptions options;
  options.token_file = root_ / "tokens";
  auto gate = http::Gate::make(options);
  ASSERT_TRUE(gate);
  const auto status = [&](const char* path, const char* authorization) {
    const Route& route = find_route(path);
    const auto problem =
        gate->check(route.access, route.post != nullptr, authorization, "127.0.0.1");
    return problem ? problem->status : 200;
  };
  for (const char* open : {"/healthz", "/readyz"}) EXPECT_EQ(status(open, ""), 200);
  for (const char* closed : {"/predict", "/v1/predict", "/v1/model", "/metrics"}) {
    EXPECT_EQ(status(closed, ""), 401) << closed;
    EXPECT_EQ(status(closed, "Bearer secret"), 200) << closed;
  }
  EXPECT_EQ(status("/v1/model/reload", "Bearer secret"), 403);
}

}  // namespace
}  // namespace genre::server
