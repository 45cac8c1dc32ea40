#include "engine/library/health.h"

#include "engine/library/answer.h"

#include <algorithm>
#include <vector>

namespace ariadne::library {

void HealthMonitor::on(Context& cx, const Start&) {
    if (settings.period <= Duration::zero() || settings.timeout <= Duration::zero())
        cx.fail("health monitor: period or timeout is not positive; give times above 0");
    if (settings.missesMax == 0)
        cx.fail("health monitor: missesMax is 0; a cell fails after at least 1 missed check");
}

void HealthMonitor::on(Context& cx, const Watch& m) {
    if (!m.who) {
        cx.log(LogLevel::kWarning,
               "'" + m.name + "' was to be watched, but is nobody; give a cell");
        return;
    }
    if (cells.contains(m.who) && !cells.at(m.who).ended) {
        cells[m.who].name = m.name;
        return;
    }
    cells.insert_or_assign(m.who, CellHealth{.name = m.name});
    watched.add(cx, m.who);
    if (!clock) clock = cx.every(settings.period, CheckAll{});
    check(cx, m.who);
    findOverall(cx);
}

void HealthMonitor::on(Context& cx, const Unwatch& m) {
    if (cells.erase(m.who) == 0) return;
    watched.drop(cx, m.who);
    findOverall(cx);
}

void HealthMonitor::on(Context& cx, const SubscribeHealth& m) {
    if (m.who && subscribers.insert(m.who).second) watched.add(cx, m.who);
}

void HealthMonitor::on(Context& cx, const UnsubscribeHealth& m) {
    if (subscribers.erase(m.who) != 0) watched.drop(cx, m.who);
}

void HealthMonitor::on(Context& cx, const HealthQuery&) {
    HealthTable table{overall, {}};
    for (const auto& [who, health] : cells)
        table.cells.emplace_hint(table.cells.end(), who, health);
    cx.reply(std::move(table));
}

void HealthMonitor::on(Context& cx, const CheckAll&) {
    std::vector<CellRef> due;
    bool anyLives = false;
    for (const auto& [who, health] : cells) {
        anyLives = anyLives || !health.ended;
        if (!health.ended && !health.asked) due.push_back(who);
    }
    for (const CellRef& who : due) check(cx, who);
    if (anyLives || !clock) return;
    cx.cancel(*clock);
    clock.reset();
}

void HealthMonitor::check(Context& cx, const CellRef& who) {
    cells[who].asked = cx.ask(Recipient<HealthCheck>{who}, HealthCheck{}, within(settings.timeout));
}

void HealthMonitor::on(Context& cx, const HealthReport& m) {
    const CellRef who = cx.sender();
    // What a cell said before it ended may come behind its Down.
    if (!cells.contains(who) || cells.at(who).ended) return;
    CellHealth& health = cells[who];
    if (cx.answering() != 0 && health.asked == cx.answering()) health.asked.reset();
    health.missed = 0;
    set(cx, who, m.status, m.text);
}

void HealthMonitor::on(Context& cx, const AskTimedOut& m) {
    const auto at = cells.find(m.target);
    if (at == cells.end() || at->second.asked != m.ask) return;
    CellHealth& health = cells[m.target];
    health.asked.reset();
    if (++health.missed == settings.missesMax)
        set(cx, m.target, HealthStatus::kFailed,
            "no answer to " + std::to_string(health.missed) + " checks in a row");
}

void HealthMonitor::on(Context& cx, const Down& m) {
    watched.ended(m.who);
    subscribers.erase(m.who);
    if (!cells.contains(m.who)) return;
    CellHealth& health = cells[m.who];
    health.ended = true;
    health.asked.reset();
    set(cx, m.who, HealthStatus::kFailed, m.text.empty() ? "ended" : "ended: " + m.text);
}

void HealthMonitor::set(Context& cx, const CellRef& who, HealthStatus to, const std::string& text) {
    CellHealth& health = cells[who];
    const HealthStatus from = health.status;
    health.status = to;
    health.text = text;
    findOverall(cx);
    if (from == to) return;
    const HealthChanged change{who, health.name, from, to, text, overall};
    for (const CellRef& subscriber : subscribers)
        cx.send(Recipient<HealthChanged>{subscriber}, change);
}

void HealthMonitor::findOverall(Context& cx) {
    HealthStatus worst = HealthStatus::kHealthy;
    for (const auto& [who, health] : cells) worst = std::max(worst, health.status);
    if (worst == overall) return;
    overall = worst;
    cx.note("health", worst);
}

}  // namespace ariadne::library
