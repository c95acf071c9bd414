// Sets the number of OpenCV's threads. For programs only: a library leaves that to its host.
#pragma once

namespace genre::model {

// From now on OpenCV uses only the calling thread, so threads that run models never wait for each
// other.
void use_one_opencv_thread();

}  // namespace genre::model
