// The memory that all request bodies together may use.
#pragma once

#include <cstddef>

namespace genre::http {

// Belongs to one thread, with its leases.
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

    // Makes the share at least this large. False, and no change, if too little is left.
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
