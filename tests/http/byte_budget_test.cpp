#include "http/byte_budget.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace genre::http {
namespace {

struct Upload {
  Upload(ByteBudget& budget, const std::string& client)
      : lease(budget, client, [this] { stopped = true; }) {}

  bool stopped = false;
  ByteBudget::Lease lease;
};

TEST(ByteBudget, IsReleasedWithItsLeases) {
  ByteBudget budget(100);
  {
    Upload a(budget, "a");
    EXPECT_TRUE(a.lease.grow_to(60));
    EXPECT_TRUE(a.lease.grow_to(40));  // does not shrink
    EXPECT_EQ(budget.used(), 60U);
    a.lease.shrink_to(70);  // does not grow
    EXPECT_EQ(budget.used(), 60U);
    a.lease.shrink_to(10);
    EXPECT_EQ(budget.used(), 10U);
    a.lease.shrink_to(0);
    EXPECT_EQ(budget.used(), 0U);
    EXPECT_TRUE(a.lease.grow_to(60));
  }
  EXPECT_EQ(budget.used(), 0U);
}

TEST(ByteBudget, IsThereForASingleClientAlone) {
  ByteBudget budget(100);
  Upload first(budget, "a"), second(budget, "a");
  EXPECT_TRUE(first.lease.grow_to(100));
  EXPECT_FALSE(second.lease.grow_to(1));
  EXPECT_FALSE(first.stopped);
}

TEST(ByteBudget, TakesTheOldestBodyOfTheClientThatHasMost) {
  ByteBudget budget(100);
  Upload old(budget, "a"), young(budget, "a"), other(budget, "b"), honest(budget, "c");
  EXPECT_TRUE(old.lease.grow_to(30));
  EXPECT_TRUE(young.lease.grow_to(40));
  EXPECT_TRUE(other.lease.grow_to(30));
  EXPECT_TRUE(honest.lease.grow_to(20));
  EXPECT_TRUE(old.stopped);
  EXPECT_TRUE(old.lease.revoked());
  EXPECT_FALSE(old.lease.grow_to(0));
  EXPECT_FALSE(young.stopped);
  EXPECT_FALSE(other.stopped);
  EXPECT_EQ(budget.used(), 90U);
}

TEST(ByteBudget, GivesNobodyMoreThanTheClientWithMost) {
  ByteBudget budget(100);
  Upload a(budget, "a"), b(budget, "b");
  EXPECT_TRUE(a.lease.grow_to(60));
  EXPECT_TRUE(b.lease.grow_to(40));
  EXPECT_FALSE(b.lease.grow_to(60));
  EXPECT_FALSE(a.stopped);
}

TEST(ByteBudget, DoesNotTakeABodyThatIsInUse) {
  ByteBudget budget(100);
  Upload in_use(budget, "a"), small(budget, "b"), honest(budget, "c");
  EXPECT_TRUE(in_use.lease.grow_to(70));
  in_use.lease.keep();
  EXPECT_FALSE(honest.lease.grow_to(31));
  EXPECT_TRUE(small.lease.grow_to(30));
  EXPECT_TRUE(honest.lease.grow_to(10));
  EXPECT_FALSE(in_use.stopped);
  EXPECT_TRUE(small.stopped);
}

}  // namespace
}  // namespace genre::http
