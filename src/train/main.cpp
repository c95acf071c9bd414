// The program genre-train, which `genre train --network dense` starts.
#include "base/memory.h"
#include "train/command.h"
#include "train/dense.h"

int main(int argc, char** argv) {
  genre::base::wait_for_memory_in_this_thread();  // std::bad_alloc would end the whole training
  return genre::train::run(argc, argv, genre::train::make_dense);
}
