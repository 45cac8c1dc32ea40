#include "recorder/effects/stop_event.h"

#include <sys/eventfd.h>
#include <utility>

namespace ariadne::effects {

StopEvent::StopEvent(std::stop_token stop)
    : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), raise_(std::move(stop), [this] {
          if (event_.isOpen()) ::eventfd_write(event_.get(), 1);
      }) {}

}  // namespace ariadne::effects
