// The tables that were used last, so that a function that is called for each clip does not compute
// them each time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace genre::features {

// Key is comparable with ==. Bounded, because parameters come from outside. Thread-safe.
template <typename Key, typename Value, std::size_t max_size>
class Cache {
 public:
  // Returns the value of a key. If it is not cached, make() computes it, one thread at a time.
  template <typename Make>
  std::shared_ptr<const Value> get(const Key& key, const Make& make) {
    const std::scoped_lock lock(mutex_);
    auto entry = std::ranges::find(entries_, key, &Entry::first);
    if (entry == entries_.end()) {
      auto value = std::make_shared<const Value>(make());
      if (entries_.size() == max_size) entries_.pop_back();
      entry = entries_.insert(entries_.end(), {key, std::move(value)});
    }
    std::rotate(entries_.begin(), entry, entry + 1);  // the last used one first
    return entries_.front().second;
  }

 private:
  using Entry = std::pair<Key, std::shared_ptr<const Value>>;
  std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace genre::features
