// Asks cells how they are, keeps the answers, and tells whom it concerns.
#pragma once

#include "engine/library/watch_list.h"

#include <boost/describe.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace ariadne::library {

/// From best to worst.
enum class HealthStatus : std::uint8_t {
    kHealthy = 0,
    kUnknown = 1,  ///< has not answered yet
    kDegraded = 2,
    kFailed = 3,
};
BOOST_DESCRIBE_ENUM(HealthStatus, kHealthy, kUnknown, kDegraded, kFailed)

/// "How are you?" To be answered with HealthReport, by the cell itself.
struct HealthCheck {};
BOOST_DESCRIBE_STRUCT(HealthCheck, (), ())

/// A watched cell may also send one unasked, when it knows of a change.
struct HealthReport {
    HealthStatus status = HealthStatus::kHealthy;
    std::string text{};  ///< for people: why
};
BOOST_DESCRIBE_STRUCT(HealthReport, (), (status, text))

/// From now on `who` is checked, at once and then every period. To watch it again gives it a new
/// name, and a new chance if it had ended. No answer; nobody is not watched.
struct Watch {
    std::string name{};  ///< for people
    Recipient<HealthCheck> who{};
};
BOOST_DESCRIBE_STRUCT(Watch, (), (name, who))

/// `who` leaves the table. No answer.
struct Unwatch {
    CellRef who{};
};
BOOST_DESCRIBE_STRUCT(Unwatch, (), (who))

/// The status of a cell changed.
struct HealthChanged {
    CellRef who{};
    std::string name{};
    HealthStatus from = HealthStatus::kUnknown;
    HealthStatus to = HealthStatus::kUnknown;
    std::string text{};
    HealthStatus overall = HealthStatus::kHealthy;  ///< of all cells, after this change
};
BOOST_DESCRIBE_STRUCT(HealthChanged, (), (who, name, from, to, text, overall))

/// From now on `who` gets every HealthChanged. No answer: ask HealthQuery for what is now.
struct SubscribeHealth {
    Recipient<HealthChanged> who{};
};
BOOST_DESCRIBE_STRUCT(SubscribeHealth, (), (who))

struct UnsubscribeHealth {
    CellRef who{};
};
BOOST_DESCRIBE_STRUCT(UnsubscribeHealth, (), (who))

/// Answered with HealthTable.
struct HealthQuery {};
BOOST_DESCRIBE_STRUCT(HealthQuery, (), ())

/// One cell of the table.
struct CellHealth {
    std::string name{};
    HealthStatus status = HealthStatus::kUnknown;
    std::string text{};
    std::uint32_t missed = 0;      ///< checks in a row without answer
    std::optional<AskId> asked{};  ///< the check under way
    bool ended = false;            ///< no longer checked
};
BOOST_DESCRIBE_STRUCT(CellHealth, (), (name, status, text, missed, asked, ended))

struct HealthTable {
    HealthStatus overall = HealthStatus::kHealthy;
    std::map<CellRef, CellHealth> cells{};
};
BOOST_DESCRIBE_STRUCT(HealthTable, (), (overall, cells))

/// All durations are virtual time, and positive.
struct HealthSettings {
    Duration period = std::chrono::seconds{10};  ///< between two checks of one cell
    Duration timeout = std::chrono::seconds{1};  ///< for one answer
    std::uint32_t missesMax = 3;                 ///< so many in a row mean failed; >= 1
};
BOOST_DESCRIBE_STRUCT(HealthSettings, (), (period, timeout, missesMax))

/// The monitor to itself.
struct CheckAll {};
BOOST_DESCRIBE_STRUCT(CheckAll, (), ())

/// A cell has the status it last reported, until it misses `missesMax` checks in a row or ends: it
/// has then failed, and stays in the table until Unwatch. One that answers again has what it
/// answers. A check is skipped while the cell's last one is under way. The overall status is the
/// worst of all, healthy when there are none; each change of it is a note "health".
///
/// Its timer runs while there is a living cell to check, so a run with a monitor is not quiescent.
struct HealthMonitor {
    HealthSettings settings{};
    OrderedMap<CellRef, CellHealth> cells{};
    std::set<CellRef> subscribers{};
    WatchList watched{};
    HealthStatus overall = HealthStatus::kHealthy;
    std::optional<TimerId> clock{};

    void on(Context& cx, const Start&);
    void on(Context& cx, const Watch& m);
    void on(Context& cx, const Unwatch& m);
    void on(Context& cx, const SubscribeHealth& m);
    void on(Context& cx, const UnsubscribeHealth& m);
    void on(Context& cx, const HealthQuery&);
    void on(Context& cx, const HealthReport& m);
    void on(Context& cx, const AskTimedOut& m);
    void on(Context& cx, const Down& m);
    void on(Context& cx, const CheckAll&);

    ARIADNE_ACCEPTS(HealthMonitor, Start, Watch, Unwatch, SubscribeHealth, UnsubscribeHealth,
                    HealthQuery, HealthReport, AskTimedOut, Down, CheckAll)

private:
    void check(Context& cx, const CellRef& who);
    /// Tells the subscribers, if that is another status.
    void set(Context& cx, const CellRef& who, HealthStatus to, const std::string& text);
    void findOverall(Context& cx);
};
BOOST_DESCRIBE_STRUCT(HealthMonitor, (), (settings, cells, subscribers, watched, overall, clock))

}  // namespace ariadne::library
