// The weights of rows in training.
#pragma once

#include "dataset/table.h"

namespace genre::dataset {

// Scales the weights so that every genre has the same total. The mean weight of the rows stays.
void balance_genres(Table& table);

}  // namespace genre::dataset
