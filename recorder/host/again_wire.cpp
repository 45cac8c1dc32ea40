#include "recorder/host/again_wire.h"

#include <string>
#include <utility>

namespace ariadne::host {
namespace {

using recorder::Divergence;
using recorder::DivergentEvent;
using Differences = std::vector<Divergence::FieldDifference>;

std::string textOf(capnp::Text::Reader text) {
    return {text.begin(), text.size()};
}

void write(const DivergentEvent& event, wire::AgainEvent::Builder out) {
    out.setExists(event.exists);
    out.setKind(static_cast<std::uint8_t>(event.kind));
    out.setTimeNs(event.time.value);
    out.setRound(event.round.value);
    out.setCell(event.cell);
    out.setPeer(event.peer);
    out.setMessage(event.message);
    out.setChange(event.change);
}

DivergentEvent eventOf(wire::AgainEvent::Reader in) {
    DivergentEvent out;
    out.exists = in.getExists();
    out.kind = static_cast<EventKind>(in.getKind());
    out.time = VirtualTime{in.getTimeNs()};
    out.round = Round{in.getRound()};
    out.cell = textOf(in.getCell());
    out.peer = textOf(in.getPeer());
    out.message = textOf(in.getMessage());
    out.change = textOf(in.getChange());
    return out;
}

void write(const Differences& fields, capnp::List<wire::AgainField>::Builder out) {
    for (unsigned i = 0; i < out.size(); ++i) {
        out[i].setField(fields[i].field);
        out[i].setA(fields[i].a);
        out[i].setB(fields[i].b);
    }
}

Differences fieldsOf(capnp::List<wire::AgainField>::Reader in) {
    Differences out;
    for (const auto field : in)
        out.push_back({textOf(field.getField()), textOf(field.getA()), textOf(field.getB())});
    return out;
}

}  // namespace

void write(const recorder::ReplayResult& result, wire::AgainResult::Builder out) {
    out.setFrom(result.from.value);
    out.setTo(result.to.value);
    out.setEvents(result.eventsCompared);
    out.setDigests(result.digestsCompared);
    if (!result.divergence) return;
    const Divergence& divergence = *result.divergence;
    auto to = out.initDivergence();
    to.setPosition(divergence.position.value);
    to.setWhat(divergence.what);
    write(divergence.recorded, to.initRecorded());
    write(divergence.executed, to.initExecuted());
    write(divergence.messageFields,
          to.initMessageFields(static_cast<unsigned>(divergence.messageFields.size())));
    write(divergence.fields, to.initFields(static_cast<unsigned>(divergence.fields.size())));
}

recorder::ReplayResult replayResultOf(wire::AgainResult::Reader in) {
    recorder::ReplayResult out;
    out.from = {in.getFrom()};
    out.to = {in.getTo()};
    out.eventsCompared = in.getEvents();
    out.digestsCompared = in.getDigests();
    if (!in.hasDivergence()) return out;
    const auto from = in.getDivergence();
    Divergence& divergence = out.divergence.emplace();
    divergence.position = {from.getPosition()};
    divergence.what = textOf(from.getWhat());
    divergence.recorded = eventOf(from.getRecorded());
    divergence.executed = eventOf(from.getExecuted());
    divergence.messageFields = fieldsOf(from.getMessageFields());
    divergence.fields = fieldsOf(from.getFields());
    return out;
}

void write(const absl::Status& status, wire::AgainResult::Builder out) {
    out.setCode(static_cast<std::uint32_t>(status.code()));
    out.setText(std::string{status.message()});
}

absl::Status statusOf(wire::AgainResult::Reader in) {
    return {static_cast<absl::StatusCode>(in.getCode()), textOf(in.getText())};
}

}  // namespace ariadne::host
