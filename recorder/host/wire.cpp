#include "recorder/host/wire.h"

#include <algorithm>
#include <string>

namespace ariadne::host {
namespace {

using recorder::RunRequest;

/// What a Request has no field for; empty: nothing.
std::string leftOut(const RunRequest& request) {
    if (request.segments) return "segments";
    if (request.blackBox) return "a black box";
    if (!request.decisions.empty()) return "recorded decisions";
    if (request.unobserved) return "an unobserved run";
    if (request.durability != recorder::Durability::kProcess) return "another durability";
    if (request.runKey != 0) return "a run key";
    if (request.limits != Limits{}) return "limits";
    return {};
}

std::string textOf(capnp::Text::Reader text) {
    return {text.begin(), text.size()};
}

}  // namespace

absl::Status write(const RunRequest& request, wire::Request::Builder out) {
    if (const std::string what = leftOut(request); !what.empty())
        return absl::UnimplementedError("found " + what +
                                        " in the request of a run that the studio watches, "
                                        "expected none; record it with \"ariadne run\" and open "
                                        "the trace while it grows");
    out.setProgram(request.program);
    auto arguments = out.initArguments(static_cast<unsigned>(request.args.size()));
    for (unsigned i = 0; i < arguments.size(); ++i) {
        arguments[i].setName(request.args[i].first);
        arguments[i].setText(request.args[i].second);
    }
    auto grants = out.initGrants(static_cast<unsigned>(request.grants.size()));
    for (unsigned i = 0; i < grants.size(); ++i) {
        grants[i].setName(request.grants[i].name);
        grants[i].setText(request.grants[i].scope);
    }
    out.setSeed(request.seed);
    out.setPolicy(static_cast<std::uint8_t>(request.policy));
    if (request.file) out.setFile(request.file->native());
    out.setLevel(static_cast<std::uint8_t>(request.level));
    out.setPctDepth(request.pctDepth);
    out.setPctSteps(request.pctSteps);
    out.setThreads(request.threads.count);
    out.setFaults(kernel::textOf(request.faults));
    out.setLive(request.live);
    out.setMetricsEvery(request.metricsEvery);
    out.setVisibleEveryNs(request.visibleEvery.count());
    out.setPatienceNs(request.watchdog.limit.count());
    return absl::OkStatus();
}

absl::StatusOr<RunRequest> requestOf(wire::Request::Reader in) {
    RunRequest out;
    out.program = textOf(in.getProgram());
    for (const auto argument : in.getArguments())
        out.args.emplace_back(textOf(argument.getName()), textOf(argument.getText()));
    for (const auto grant : in.getGrants())
        out.grants.push_back({textOf(grant.getName()), textOf(grant.getText())});
    out.seed = in.getSeed();
    if (in.getPolicy() > static_cast<std::uint8_t>(kernel::Policy::kReplay) ||
        in.getLevel() > static_cast<std::uint8_t>(tracefmt::Level::kFull))
        return absl::InvalidArgumentError(
            "found policy " + std::to_string(in.getPolicy()) + " and level " +
            std::to_string(in.getLevel()) +
            ", expected some that this build knows; studio and command are of one build");
    out.policy = static_cast<kernel::Policy>(in.getPolicy());
    if (in.getFile().size() != 0) out.file = textOf(in.getFile());
    out.level = static_cast<tracefmt::Level>(in.getLevel());
    out.pctDepth = in.getPctDepth();
    out.pctSteps = in.getPctSteps();
    out.threads.count = in.getThreads();
    auto faults = kernel::parseFaults(textOf(in.getFaults()));
    if (!faults.ok()) return faults.status();
    out.faults = *std::move(faults);
    out.live = in.getLive();
    out.metricsEvery = in.getMetricsEvery();
    out.visibleEvery = std::chrono::nanoseconds{in.getVisibleEveryNs()};
    out.watchdog.limit = std::chrono::nanoseconds{in.getPatienceNs()};
    return out;
}

std::vector<std::string> textsOf(capnp::List<capnp::Text>::Reader in) {
    std::vector<std::string> out;
    for (const auto text : in) out.push_back(textOf(text));
    return out;
}

void write(const std::vector<std::string>& texts, capnp::List<capnp::Text>::Builder out) {
    for (unsigned i = 0; i < out.size(); ++i) out.set(i, texts[i]);
}

void write(const RunStatus& status, wire::Status::Builder out) {
    out.setPhase(static_cast<std::uint8_t>(status.phase));
    out.setRounds(status.rounds);
    out.setEvents(status.events);
    out.setTimeNs(status.time.value);
    out.setOutcome(static_cast<std::uint8_t>(status.outcome));
    out.setText(status.text);
    out.setStuck(status.stuck);
    out.setPause(static_cast<std::uint8_t>(status.pause));
    out.setStopEvent(status.stop.event.value);
    write(status.stop.conditions,
          out.initStopConditions(static_cast<unsigned>(status.stop.conditions.size())));
    out.setStopOthers(status.stop.others);
    out.setTurn(status.turn.value);
    auto troubles = out.initTroubles(static_cast<unsigned>(status.troubles.size()));
    for (unsigned i = 0; i < troubles.size(); ++i) {
        troubles[i].setCondition(status.troubles[i].condition);
        troubles[i].setText(status.troubles[i].text);
    }
}

void read(wire::Status::Reader in, RunStatus& status) {
    status.phase = static_cast<RunStatus::Phase>(in.getPhase());
    status.rounds = in.getRounds();
    status.events = in.getEvents();
    status.time = VirtualTime{in.getTimeNs()};
    status.outcome = static_cast<Outcome>(in.getOutcome());
    status.text = textOf(in.getText());
    status.stuck = textOf(in.getStuck());
    status.pause = static_cast<RunStatus::Pause>(in.getPause());
    status.stop = {{in.getStopEvent()}, textsOf(in.getStopConditions()), in.getStopOthers()};
    status.turn = {in.getTurn()};
    status.troubles.clear();
    for (const auto trouble : in.getTroubles())
        status.troubles.push_back({textOf(trouble.getCondition()), textOf(trouble.getText())});
}

}  // namespace ariadne::host
