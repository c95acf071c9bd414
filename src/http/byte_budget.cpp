#include "http/byte_budget.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace genre::http {

// Not in the header: GCC 12 takes the vector for uninitialized where it inlines them.
ByteBudget::ByteBudget(std::size_t limit) : limit_(limit), free_(limit) {}
ByteBudget::~ByteBudget() = default;

ByteBudget::Lease::Lease(ByteBudget& budget, std::string client, std::function<void()> on_revoked)
    : budget_(budget), client_(std::move(client)), on_revoked_(std::move(on_revoked)) {}

ByteBudget::Lease::~Lease() { release(); }

void ByteBudget::Lease::release() {
  if (size_ == 0) return;
  std::erase(budget_.leases_, this);
  budget_.free_ += std::exchange(size_, 0);
}

bool ByteBudget::Lease::grow_to(std::size_t size) {
  if (revoked_) return false;
  if (size <= size_) return true;
  const std::size_t needed = size - size_;
  if (needed > budget_.free_ && !budget_.make_room(*this, needed)) return false;
  if (size_ == 0) budget_.leases_.push_back(this);
  budget_.free_ -= needed;
  size_ = size;
  return true;
}

void ByteBudget::Lease::shrink_to(std::size_t size) {
  if (size == 0) return release();
  if (size < size_) budget_.free_ += std::exchange(size_, size) - size;
}

// The client with the most bytes yields, if it has more than this one will have. Of its bodies the
// oldest are taken first: among those that are still arriving, they are the slowest.
bool ByteBudget::make_room(const Lease& lease, std::size_t needed) {
  struct Client {
    std::size_t total = 0;
    std::size_t arriving = 0;
  };
  std::map<std::string, Client> clients;
  clients[lease.client_] = {};
  for (const Lease* other : leases_) {
    Client& client = clients[other->client_];
    client.total += other->size_;
    if (!other->kept_) client.arriving += other->size_;
  }
  const auto& largest = *std::ranges::max_element(clients, {}, [](const auto& client) {
    return client.second.arriving > 0 ? client.second.total : 0;
  });
  const bool fair = largest.second.total > clients[lease.client_].total + needed;
  if (!fair || free_ + largest.second.arriving < needed) return false;
  std::vector<Lease*> taken;
  std::size_t room = free_;
  for (auto other = leases_.begin(); room < needed; ++other) {
    if ((*other)->client_ != largest.first || (*other)->kept_) continue;
    taken.push_back(*other);
    room += (*other)->size_;
  }
  for (Lease* other : taken) revoke(*other);
  return true;
}

void ByteBudget::revoke(Lease& lease) {
  lease.release();
  lease.revoked_ = true;
  lease.on_revoked_();
}

}  // namespace genre::http
