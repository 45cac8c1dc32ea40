// The guided tour: six steps from a program to a finding, each done by the person.
#pragma once

#include <QString>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ariadne::studio {

/// What a person does that takes the tour on, in the order of its steps.
enum class TourAct : std::uint8_t {
    kRecorded,     ///< a run of the tour's program has ended
    kSelected,     ///< the actor with the wrong value
    kAskedWhy,     ///< of a value
    kSteppedBack,  ///< an event, or an event of the actor
    kLookedElse,   ///< made a breakpoint, or asked a question
    kNoted         ///< a finding
};
inline constexpr std::size_t kTourSteps = 6;

/// Where somebody is on the tour. Nothing is skipped: what is done before its step is nothing.
class Tour {
public:
    /// The program it is about, and its actor with the wrong value.
    static constexpr const char* kProgram = "lost_update";
    static constexpr const char* kActor = "lost_update/account";

    void begin() { step_ = 0; }
    void leave() { step_.reset(); }
    /// Also at the end, until it is left.
    bool isOn() const { return step_.has_value(); }
    bool isAtEnd() const { return step_ == kTourSteps; }
    /// 0 .. kTourSteps; only while it is on.
    std::size_t step() const { return *step_; }
    /// True: that was what the step waited for, and the next one has begun.
    bool did(TourAct act);

private:
    std::optional<std::size_t> step_;
};

struct TourWords {
    QString title;  ///< "Tour, 2 of 6: the wrong value"
    QString text;   ///< what to do, and what to see
};

/// Of a step, or of the end.
TourWords tourWords(std::size_t step);

}  // namespace ariadne::studio
