// genre-train, which `genre train --network dense` starts.
#include "train/command.h"
#include "train/dense.h"

int main(int argc, char** argv) { return genre::train::run(argc, argv, genre::train::make_dense); }
