#include "tracefmt/meta_codec.h"

#include "engine/base/status_macros.h"
#include "tracefmt/body_parts.h"
#include "tracefmt/format.h"

#include <algorithm>

namespace ariadne::tracefmt {

namespace {

void writeOrigin(schema::Meta::Builder out, const TraceOrigin& origin) {
    if (origin == TraceOrigin{}) return;
    out.setMade(static_cast<std::uint8_t>(origin.made));
    out.setCutFirst(origin.first.value);
    out.setCutLast(origin.last.value);
    auto parent = out.initParent(sizeof origin.parent);
    for (std::size_t i = 0; i < sizeof origin.parent; ++i)
        parent[i] = static_cast<std::uint8_t>(origin.parent[i / 8] >> (i % 8 * 8));
}

TraceOrigin readOrigin(schema::Meta::Reader in) {
    TraceOrigin origin;
    origin.made = static_cast<TraceOrigin::Made>(in.getMade());
    origin.first.value = in.getCutFirst();
    origin.last.value = in.getCutLast();
    const auto parent = in.getParent();
    for (std::size_t i = 0; i < std::min<std::size_t>(parent.size(), sizeof origin.parent); ++i)
        origin.parent[i / 8] |= std::uint64_t{parent[i]} << (i % 8 * 8);
    return origin;
}

}  // namespace

absl::StatusOr<Bytes> encodeMeta(const TraceMeta& meta) {
    const auto fill = [&](capnp::MessageBuilder& message) {
        auto out = message.initRoot<schema::Meta>();
        out.setEngineVersion(toText(meta.engineVersion));
        out.setFormatMinor(meta.formatMinor);
        out.setMinViewMinor(meta.minViewMinor);
        out.setMinReplayMinor(meta.minReplayMinor);
        out.setProgramId(toText(meta.programId));
        out.setProgramVersion(toText(meta.programVersion));
        out.setProgramAbi(meta.programAbi);
        auto args = out.initArgs(static_cast<unsigned>(meta.args.size()));
        for (unsigned i = 0; i < meta.args.size(); ++i) {
            args[i].setName(toText(meta.args[i].first));
            args[i].setValue(toText(meta.args[i].second));
        }
        out.setSeed(meta.seed);
        out.setPolicy(toText(meta.policy));
        out.setBatch(meta.batch);
        out.setLevel(static_cast<std::uint8_t>(meta.level));
        out.setPctDepth(meta.pctDepth);
        out.setPctSteps(meta.pctSteps);
        out.setLive(meta.live);
        out.setMetricsEvery(meta.metricsEvery);
        out.setSegment(meta.segment);
        writeOrigin(out, meta.origin);
        out.setRedaction(static_cast<std::uint8_t>(meta.redaction));
        if (!meta.faults.empty()) out.setFaults(toText(meta.faults));
        auto grants = out.initGrants(static_cast<unsigned>(meta.grants.size()));
        for (unsigned i = 0; i < meta.grants.size(); ++i) {
            grants[i].setName(toText(meta.grants[i].first));
            grants[i].setValue(toText(meta.grants[i].second));
        }
        auto limits = out.initLimits();
        limits.setRoundsPerInstantMax(meta.limits.roundsPerInstantMax);
        limits.setEventsMax(meta.limits.eventsMax);
        limits.setCellsMax(meta.limits.cellsMax);
        limits.setMailboxMax(meta.limits.mailboxMax);
        limits.setStashMax(meta.limits.stashMax);
        limits.setMessageBytesMax(meta.limits.messageBytesMax);
        limits.setOutputsPerTurnMax(meta.limits.outputsPerTurnMax);
        limits.setCellBytesMax(meta.limits.cellBytesMax);
    };
    return buildMessage(64 * 1024, fill);
}

absl::StatusOr<TraceMeta> decodeMeta(ByteView raw) {
    TraceMeta meta;
    ARIADNE_RETURN_IF_ERROR(readMessage(raw, [&](capnp::MessageReader& message) -> absl::Status {
        const auto in = message.getRoot<schema::Meta>();
        ARIADNE_ASSIGN_OR_RETURN(meta.engineVersion,
                                 boundedText(in.getEngineVersion(), "engine version"));
        meta.formatMinor = in.getFormatMinor();
        meta.minViewMinor = in.getMinViewMinor();
        meta.minReplayMinor = in.getMinReplayMinor();
        ARIADNE_ASSIGN_OR_RETURN(meta.programId, boundedText(in.getProgramId(), "program id"));
        ARIADNE_ASSIGN_OR_RETURN(meta.programVersion,
                                 boundedText(in.getProgramVersion(), "program version"));
        meta.programAbi = in.getProgramAbi();
        ARIADNE_RETURN_IF_ERROR(checkRows<schema::Argument>(in.getArgs(), raw.size()));
        for (const auto argument : in.getArgs()) {
            ARIADNE_ASSIGN_OR_RETURN(std::string name, boundedText(argument.getName(), "argument"));
            ARIADNE_ASSIGN_OR_RETURN(std::string value,
                                     boundedText(argument.getValue(), "argument"));
            meta.args.emplace_back(std::move(name), std::move(value));
        }
        meta.seed = in.getSeed();
        ARIADNE_ASSIGN_OR_RETURN(meta.policy, boundedText(in.getPolicy(), "policy"));
        meta.batch = in.getBatch();
        meta.level = static_cast<Level>(in.getLevel());
        meta.pctDepth = in.getPctDepth();
        meta.pctSteps = in.getPctSteps();
        meta.live = in.getLive();
        meta.metricsEvery = in.getMetricsEvery();
        meta.segment = in.getSegment();
        meta.origin = readOrigin(in);
        meta.redaction = static_cast<Redaction>(in.getRedaction());
        ARIADNE_ASSIGN_OR_RETURN(meta.faults, boundedText(in.getFaults(), "faults"));
        ARIADNE_RETURN_IF_ERROR(checkRows<schema::Argument>(in.getGrants(), raw.size()));
        for (const auto grant : in.getGrants()) {
            ARIADNE_ASSIGN_OR_RETURN(std::string name, boundedText(grant.getName(), "grant"));
            ARIADNE_ASSIGN_OR_RETURN(std::string scope, boundedText(grant.getValue(), "grant"));
            meta.grants.emplace_back(std::move(name), std::move(scope));
        }
        const auto limits = in.getLimits();
        meta.limits.roundsPerInstantMax = limits.getRoundsPerInstantMax();
        meta.limits.eventsMax = limits.getEventsMax();
        meta.limits.cellsMax = limits.getCellsMax();
        meta.limits.mailboxMax = limits.getMailboxMax();
        meta.limits.stashMax = limits.getStashMax();
        meta.limits.messageBytesMax = limits.getMessageBytesMax();
        meta.limits.outputsPerTurnMax = limits.getOutputsPerTurnMax();
        meta.limits.cellBytesMax = limits.getCellBytesMax();
        return absl::OkStatus();
    }));
    return meta;
}

void writeTotals(schema::Totals::Builder out, const TraceStats& totals) {
    out.setLastPosition(totals.lastPosition.value);
    out.setLastRound(totals.lastRound.value);
    out.setLastTime(totals.lastTime.value);
    out.setEventDigest(totals.eventDigest);
    out.setChangeDigest(totals.changeDigest);
    auto counts = out.initKindCounts(static_cast<unsigned>(totals.kindCounts.size()));
    for (unsigned i = 0; i < totals.kindCounts.size(); ++i) {
        counts[i].setKind(totals.kindCounts[i].first);
        counts[i].setCount(totals.kindCounts[i].second);
    }
}

absl::Status readTotals(schema::Totals::Reader in, std::size_t bodyBytes, TraceStats& totals) {
    totals.lastPosition.value = in.getLastPosition();
    totals.lastRound.value = in.getLastRound();
    totals.lastTime.value = in.getLastTime();
    totals.eventDigest = in.getEventDigest();
    totals.changeDigest = in.getChangeDigest();
    totals.kindCounts.clear();
    ARIADNE_RETURN_IF_ERROR(checkRows<schema::KindCount>(in.getKindCounts(), bodyBytes));
    for (const auto count : in.getKindCounts())
        totals.kindCounts.emplace_back(count.getKind(), count.getCount());
    return absl::OkStatus();
}

void writeGaps(capnp::List<schema::Gap>::Builder out, std::span<const TraceGap> gaps) {
    for (unsigned i = 0; i < gaps.size(); ++i) {
        out[i].setFirst(gaps[i].first.value);
        out[i].setLast(gaps[i].last.value);
        out[i].setCause(static_cast<std::uint8_t>(gaps[i].cause));
        out[i].setNote(toText(gaps[i].note));
    }
}

absl::Status checkGapCount(std::size_t gaps) {
    if (gaps <= kGapsMax) return absl::OkStatus();
    return absl::ResourceExhaustedError(
        absl::StrCat("found ", gaps, " gaps, the limit is ", kGapsMax));
}

absl::Status readGaps(capnp::List<schema::Gap>::Reader in, std::size_t bodyBytes,
                      std::vector<TraceGap>& gaps) {
    ARIADNE_RETURN_IF_ERROR(checkRows<schema::Gap>(in, bodyBytes));
    ARIADNE_RETURN_IF_ERROR(checkGapCount(in.size()));
    for (const auto gap : in) {
        ARIADNE_ASSIGN_OR_RETURN(std::string note, boundedText(gap.getNote(), "gap note"));
        // Whoever reads it has seen enough of it by then.
        if (note.size() > kGapNoteBytesMax) note.resize(kGapNoteBytesMax);
        const std::uint8_t cause = gap.getCause();
        const bool known = cause <= static_cast<std::uint8_t>(GapCause::kDamaged);
        gaps.push_back({{gap.getFirst()},
                        {gap.getLast()},
                        known ? static_cast<GapCause>(cause) : GapCause::kUnknown,
                        std::move(note)});
    }
    return absl::OkStatus();
}

absl::StatusOr<Bytes> encodeStats(const TraceStats& stats) {
    const auto fill = [&](capnp::MessageBuilder& message) {
        auto out = message.initRoot<schema::Stats>();
        writeTotals(out.initTotals(), stats);
        out.setStateDigest(stats.stateDigest);
        out.setOutcome(stats.outcome);
        out.setOutcomeText(toText(stats.outcomeText));
        out.setFailures(stats.failures);
        auto fields =
            out.initDigestOnlyFields(static_cast<unsigned>(stats.digestOnlyFields.size()));
        for (unsigned i = 0; i < stats.digestOnlyFields.size(); ++i)
            fields.set(i, toText(stats.digestOnlyFields[i]));
    };
    return buildMessage(64 * 1024, fill);
}

absl::StatusOr<TraceStats> decodeStats(ByteView raw) {
    TraceStats stats;
    ARIADNE_RETURN_IF_ERROR(readMessage(raw, [&](capnp::MessageReader& message) -> absl::Status {
        const auto in = message.getRoot<schema::Stats>();
        ARIADNE_RETURN_IF_ERROR(readTotals(in.getTotals(), raw.size(), stats));
        stats.stateDigest = in.getStateDigest();
        stats.outcome = in.getOutcome();
        ARIADNE_ASSIGN_OR_RETURN(stats.outcomeText,
                                 boundedText(in.getOutcomeText(), "outcome text"));
        stats.failures = in.getFailures();
        for (const auto field : in.getDigestOnlyFields()) {
            ARIADNE_ASSIGN_OR_RETURN(std::string name, boundedText(field, "field name"));
            stats.digestOnlyFields.push_back(std::move(name));
        }
        return absl::OkStatus();
    }));
    return stats;
}

absl::StatusOr<Bytes> encodeGaps(std::span<const TraceGap> gaps) {
    const auto fill = [&](capnp::MessageBuilder& message) {
        writeGaps(message.initRoot<schema::Gaps>().initGaps(static_cast<unsigned>(gaps.size())),
                  gaps);
    };
    return buildMessage(4096, fill);
}

absl::StatusOr<std::vector<TraceGap>> decodeGaps(ByteView raw) {
    std::vector<TraceGap> gaps;
    ARIADNE_RETURN_IF_ERROR(readMessage(raw, [&](capnp::MessageReader& message) {
        return readGaps(message.getRoot<schema::Gaps>().getGaps(), raw.size(), gaps);
    }));
    return gaps;
}

}  // namespace ariadne::tracefmt
