// Work on a sequence of items, several at a time, whose results come in the items' order.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace genre {

// next gives the items, and nothing at their end. make_worker is called once on each thread; what
// it gives is called with an item and makes its result. on_result is called with items and results
// in the order of the items; once it returns false, or stop is requested, nothing more is begun.
// next and on_result are called by one thread at a time. So many items are worked on ahead of the
// one whose result is due, for a long one not to hold up the others.
template <typename Item, typename Outcome>
void for_each_ordered(unsigned threads, const std::function<std::optional<Item>()>& next,
                      const std::function<std::function<Outcome(const Item&)>()>& make_worker,
                      const std::function<bool(const Item&, Outcome&&)>& on_result,
                      const std::stop_token& stop) {
  constexpr std::size_t kAhead = 64;  // for each thread
  std::mutex mutex;
  std::condition_variable room;
  std::size_t taken = 0, due = 0;
  std::map<std::size_t, std::pair<Item, Outcome>> waiting;  // for those before them
  bool go_on = true;

  const auto work = [&] {
    const auto worker = make_worker();
    std::unique_lock lock(mutex);
    while (true) {
      room.wait(lock, [&] { return taken - due < kAhead * threads || !go_on; });
      if (!go_on || stop.stop_requested()) return;
      auto item = next();
      if (!item) return;
      const std::size_t place = taken++;
      lock.unlock();
      auto outcome = worker(*item);
      lock.lock();
      waiting.emplace(place, std::pair(std::move(*item), std::move(outcome)));
      while (go_on && !waiting.empty() && waiting.begin()->first == due) {
        auto& [first, result] = waiting.begin()->second;
        go_on = on_result(first, std::move(result));
        waiting.erase(waiting.begin());
        ++due;
      }
      room.notify_all();
    }
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < threads; ++i) workers.emplace_back(work);
}

}  // namespace genre
