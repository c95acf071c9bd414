// Stands in for libGLX in the wheel. libopencv_core refers to these functions for windows of
// OpenGL, which genre never opens; libGLX itself would need X11 on every machine.
extern "C" {

__attribute__((visibility("default"))) void* glXGetCurrentContext() { return nullptr; }
__attribute__((visibility("default"))) void* glXGetCurrentDisplay() { return nullptr; }
__attribute__((visibility("default"))) void* glXGetProcAddressARB(const unsigned char*) {
  return nullptr;
}
}
