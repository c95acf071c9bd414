#include "metrics/build_info.h"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace genre::metrics {

void add_build_info(prometheus::Registry& registry, const std::string& revision) {
  prometheus::BuildGauge()
      .Name("genre_build_info")
      .Help("1; the labels say which version this is")
      .Register(registry)
      .Add({{"version", GENRE_VERSION}, {"revision", revision}})
      .Set(1);
}

}  // namespace genre::metrics
