// A memory limit shared by all request bodies.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace genre::http {

// Shares follow the bytes that have arrived. When they are all in use, a client can take back those
// of another one that uses more. So a client that uploads slowly, or many times at once, cannot
// keep the others out, and a client that is alone can use the whole budget. Use it and its leases
// on one thread only.
class ByteBudget {
 public:
  explicit ByteBudget(std::size_t limit);
  ~ByteBudget();
  ByteBudget(ByteBudget&&) = default;
  ByteBudget& operator=(ByteBudget&&) = default;

  [[nodiscard]] std::size_t limit() const { return limit_; }
  [[nodiscard]] std::size_t used() const { return limit_ - free_; }

  // A share of the budget, released with the lease.
  class Lease {
   public:
    // client: all leases of a client count together. on_revoked: called when the lease is taken
    // back. Its bytes count as free from then on, so the body must be dropped at once.
    Lease(ByteBudget& budget, std::string client, std::function<void()> on_revoked);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    // Grows the share to at least this size. False, without change, if too little is free.
    [[nodiscard]] bool grow_to(std::size_t size);

    // Returns what the share has beyond this size.
    void shrink_to(std::size_t size);

    // The body is not needed any more.
    void release();

    // From now on the lease cannot be taken back: its body is complete, and its work has begun.
    void keep() { kept_ = true; }

    [[nodiscard]] bool revoked() const { return revoked_; }

   private:
    friend ByteBudget;

    ByteBudget& budget_;
    const std::string client_;
    const std::function<void()> on_revoked_;
    std::size_t size_ = 0;
    bool kept_ = false, revoked_ = false;
  };

 private:
  // Takes back leases until this many bytes are free, if that is possible and fair.
  [[nodiscard]] bool make_room(const Lease& lease, std::size_t needed);
  void revoke(Lease& lease);

  std::size_t limit_, free_;
  std::vector<Lease*> leases_;  // those that have bytes; the oldest first
};

}  // namespace genre::http
