// A memory limit shared by all request bodies.
#pragma once

#include <cstddef>

namespace genre::http {

// Use it and its leases on one thread only.
class ByteBudget {
 public:
  explicit ByteBudget(std::size_t limit) : limit_(limit), free_(limit) {}

  [[nodiscard]] std::size_t used() const { return limit_ - free_; }

  // A share of the budget, released with the lease.
  class Lease {
   public:
    explicit Lease(ByteBudget& budget) : budget_(budget) {}
    ~Lease() { budget_.free_ += size_; }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    // Grows the share to at least this size. False, without change, if too little is free.
    [[nodiscard]] bool grow_to(std::size_t size) {
      if (size <= size_) return true;
      if (size - size_ > budget_.free_) return false;
      budget_.free_ -= size - size_;
      size_ = size;
      return true;
    }

   private:
    ByteBudget& budget_;
    std::size_t size_ = 0;
  };

 private:
  std::size_t limit_, free_;
};

}  // namespace genre::http
