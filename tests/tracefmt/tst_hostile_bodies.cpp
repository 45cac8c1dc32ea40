// Bodies that are whole messages and say what no writer says: refused by name, or read as what they
// can mean.
#include "tests/tracefmt/body_edit.h"
#include "tracefmt/index_codec.h"
#include "tracefmt/inputs_codec.h"
#include "tracefmt/meta_codec.h"
#include "tracefmt/note_codec.h"
#include "tracefmt/table_codec.h"

#include <QTest>

#include <functional>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

constexpr absl::StatusCode kDataLoss = absl::StatusCode::kDataLoss;
constexpr absl::StatusCode kTooMuch = absl::StatusCode::kResourceExhausted;

absl::StatusOr<Bytes> noBlob(std::uint64_t, std::uint64_t) {
    return absl::UnavailableError("no blob");
}

TraceMeta fullMeta() {
    TraceMeta meta = someMeta();
    meta.faults = "drop 1%";
    meta.grants = {{"http.request", "example.org"}};
    return meta;
}

Bytes tables() {
    const auto types = someTypes();
    const auto births = someBirths();
    return valueOf(encodeTables({false, 1, types, 1, births}));
}

template <class Edit>
absl::Status metaWith(Edit edit) {
    return decodeMeta(edited<schema::Meta>(valueOf(encodeMeta(fullMeta())), edit)).status();
}
template <class Edit>
absl::Status tablesWith(Edit edit) {
    return decodeTables(edited<schema::Tables>(tables(), edit)).status();
}
template <class Edit>
absl::Status noteWith(Edit edit) {
    const HostNote note = someNote();
    return decodeNotes(
               edited<schema::Notes>(valueOf(encodeNotes({&note, 1})),
                                     [&](schema::Notes::Builder b) { edit(b.getNotes()[0]); }))
        .status();
}

/// The body of an EVNT chunk of typicalRows(300), which have two digest marks.
Bytes events() {
    return valueOf(encodeEvents(typicalRows(300).rows, {}, std::vector<EventDigest>(2)));
}
template <class Edit>
absl::Status eventsWith(Edit edit) {
    return DecodedEvents::decode(edited<schema::Events>(events(), edit), {1}, 300, noBlob).status();
}

/// A row that says it has a payload of 70,000 bytes, and where the body says they are.
absl::Status longRowWith(std::span<const LargeBlob> large, BlobFetch fetch) {
    Rows rows = typicalRows(4);
    rows.rows[1].payload = rows.keep(Bytes(70'000, std::byte{1}));
    const Bytes raw = valueOf(encodeEvents(rows.rows, large, std::vector<EventDigest>(1)));
    return DecodedEvents::decode(raw, {1}, 4, fetch).status();
}

/// Of the events 11 to 50 the inputs with those skips, a row for each.
absl::StatusOr<std::shared_ptr<const DecodedInputs>> inputsOf(
    std::vector<std::uint64_t> skips, std::uint32_t count, Position first = {11},
    Position last = {50}, const std::function<void(schema::Inputs::Builder)>& edit = [](auto) {}) {
    InputsHead head;
    head.totals.lastPosition = last;
    head.skips = std::move(skips);
    const auto rows = static_cast<std::uint32_t>(head.skips.size());
    const Bytes body =
        rows == 0
            ? Bytes{}
            : valueOf(encodeEvents(typicalRows(rows, 3, 11).rows, {}, std::vector<EventDigest>(1)));
    const Bytes raw = edited<schema::Inputs>(valueOf(encodeInputs(head, body)), edit);
    return DecodedInputs::decode(raw, first, count, noBlob);
}

}  // namespace

class HostileBodiesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textsBeyondTheLimitAreNamed() {
        using Meta = schema::Meta::Builder;
        using Tables = schema::Tables::Builder;
        using Note = schema::Note::Builder;
        const char* const text = longText().c_str();
        const std::pair<absl::Status, const char*> found[] = {
            {metaWith([&](Meta b) { b.setEngineVersion(text); }), "engine version"},
            {metaWith([&](Meta b) { b.setProgramId(text); }), "program id"},
            {metaWith([&](Meta b) { b.setProgramVersion(text); }), "program version"},
            {metaWith([&](Meta b) { b.getArgs()[0].setName(text); }), "argument"},
            {metaWith([&](Meta b) { b.getArgs()[1].setValue(text); }), "argument"},
            {metaWith([&](Meta b) { b.setPolicy(text); }), "policy"},
            {metaWith([&](Meta b) { b.setFaults(text); }), "faults"},
            {metaWith([&](Meta b) { b.getGrants()[0].setName(text); }), "grant"},
            {metaWith([&](Meta b) { b.getGrants()[0].setValue(text); }), "grant"},
            {tablesWith([&](Tables b) { b.getTypes()[1].setName(text); }), "type name"},
            {tablesWith([&](Tables b) { b.getTypes()[1].getFields()[1].setName(text); }),
             "field name"},
            {tablesWith([&](Tables b) { b.getBirths()[2].setPath(text); }), "cell path"},
            {noteWith([&](Note b) { b.setPath(text); }), "path of a note"},
            {noteWith([&](Note b) { b.setState(text); }), "type of a note"},
            {noteWith([&](Note b) { b.setMessage(text); }), "type of a note"},
            {decodeStats(
                 edited<schema::Stats>(valueOf(encodeStats(someStats())),
                                       [&](schema::Stats::Builder b) { b.setOutcomeText(text); }))
                 .status(),
             "outcome text"},
            {decodeStats(edited<schema::Stats>(valueOf(encodeStats(someStats())),
                                               [&](schema::Stats::Builder b) {
                                                   b.getDigestOnlyFields().set(0, text);
                                               }))
                 .status(),
             "field name"},
            {decodeGaps(made<schema::Gaps>([&](schema::Gaps::Builder b) {
                 b.initGaps(1)[0].setNote(text);
             })).status(),
             "gap note"},
        };
        for (const auto& [status, what] : found)
            ARIADNE_VERIFY_SAYS(status, kTooMuch,
                                std::string{what} + " has 65537 bytes, the limit is 65536");
        // One byte less is none too many.
        const std::string most = longText().substr(1);
        ARIADNE_VERIFY_OK(metaWith([&](Meta b) { b.setPolicy(most.c_str()); }));
    }

    void bytesOfLaterMinorsAreUnknown() {
        const TablesPart part = valueOf(decodeTables(edited<schema::Tables>(
            tables(), [](schema::Tables::Builder b) { b.getTypes()[1].setKind(200); })));
        QCOMPARE(part.types[1].kind, TypeKind::kOpaque);
        QCOMPARE(part.types[1].name, someTypes()[1].name);
        const auto gaps = valueOf(decodeGaps(made<schema::Gaps>([](schema::Gaps::Builder b) {
            auto list = b.initGaps(1);
            list[0].setFirst(3);
            list[0].setCause(200);
        })));
        QVERIFY((gaps == std::vector<TraceGap>{{{3}, {}, GapCause::kUnknown, ""}}));
        // A parent that is shorter than the id of a file is read as far as it goes.
        const TraceMeta meta = valueOf(decodeMeta(edited<schema::Meta>(
            valueOf(encodeMeta(fullMeta())),
            [](schema::Meta::Builder b) { b.initParent(9).asBytes()[8] = 5; })));
        QVERIFY((meta.origin.parent == TraceId{0, 5}));
    }

    void ofNotesOfGapsSoMuchIsKept() {
        const auto noteOf = [](std::size_t bytes) {
            return valueOf(decodeGaps(made<schema::Gaps>([&](schema::Gaps::Builder b) {
                       b.initGaps(1)[0].setNote(std::string(bytes, 'n').c_str());
                   })))
                .front()
                .note;
        };
        QCOMPARE(noteOf(kGapNoteBytesMax).size(), kGapNoteBytesMax);
        QCOMPARE(noteOf(kGapNoteBytesMax + 1).size(), kGapNoteBytesMax);
        QCOMPARE(noteOf(5), std::string("nnnnn"));
    }

    void moreGapsThanAFileMayHaveAreNamed() {
        const auto gapsOf = [](unsigned count) {
            return decodeGaps(
                       made<schema::Gaps>([&](schema::Gaps::Builder b) { b.initGaps(count); }))
                .status();
        };
        ARIADNE_VERIFY_OK(gapsOf(kGapsMax));
        ARIADNE_VERIFY_SAYS(gapsOf(kGapsMax + 1), kTooMuch, "found 65537 gaps, the limit is 65536");
    }

    void eventsThatDoNotAddUpAreRefused() {
        using Events = schema::Events::Builder;
        ARIADNE_VERIFY_OK(eventsWith([](Events) {}));
        ARIADNE_VERIFY_SAYS(eventsWith([](Events b) { b.initDigests(3); }), kDataLoss,
                            "found 3 digest words, expected 4");
        ARIADNE_VERIFY_SAYS(eventsWith([](Events b) { b.initLarge(601); }), kDataLoss,
                            "found 601 large blobs in 300 rows");
        ARIADNE_VERIFY_SAYS(eventsWith([](Events b) { b.initLarge(1); }), kDataLoss,
                            "found 1 large blobs, the rows need 0");
        ARIADNE_VERIFY_SAYS(eventsWith([](Events b) { b.initPayload(5); }), kDataLoss,
                            "found 5 bytes of payload and");
        ARIADNE_VERIFY_SAYS(eventsWith([](Events b) { b.initChange(5); }), kDataLoss,
                            "and 5 of changes");
        // A column of another one's rows.
        ARIADNE_VERIFY_SAYS(eventsWith([](Events b) { b.initTime(1)[0] = 65; }), kDataLoss,
                            "column 2 is malformed between the rows 0 and 64");
        ARIADNE_VERIFY_SAYS(eventsWith([](Events b) {
                                auto zeros = b.initTime(6);
                                std::fill(zeros.begin(), zeros.end(), kj::byte{0});
                            }),
                            kDataLoss, "column 2 holds more than 300 rows");
    }

    void longBytesThatAreNowhereAreRefused() {
        const auto fetched = [](std::uint64_t, std::uint64_t length) -> absl::StatusOr<Bytes> {
            return Bytes(static_cast<std::size_t>(length));
        };
        const LargeBlob good{1, 0, 64, 70'000};
        ARIADNE_VERIFY_OK(longRowWith({&good, 1}, fetched));
        ARIADNE_VERIFY_SAYS(longRowWith({}, fetched), kDataLoss,
                            "found 0 large blobs, the rows need 1");
        for (const LargeBlob& bad : {LargeBlob{2, 0, 64, 70'000}, LargeBlob{1, 1, 64, 70'000},
                                     LargeBlob{1, 0, 64, 70'001}})
            ARIADNE_VERIFY_SAYS(longRowWith({&bad, 1}, fetched), kDataLoss,
                                "row 1 has a blob of 70000 bytes that is nowhere");
        // Each of them may be as long as the limit says, and so may they together.
        const LargeBlob halves[] = {{0, 0, 64, kBlobBytesMax / 2 + 1},
                                    {1, 0, 64, kBlobBytesMax / 2 + 1}};
        ARIADNE_VERIFY_SAYS(longRowWith(halves, fetched), kTooMuch,
                            "the blobs of row 1 and before are longer than the limit");
        QCOMPARE(longRowWith({&good, 1}, noBlob).code(), absl::StatusCode::kUnavailable);
    }

    void inputsThatDoNotAddUpAreRefused() {
        using Inputs = schema::Inputs::Builder;
        const auto good = valueOf(inputsOf({0, 30, 7}, 3));
        std::vector<std::uint64_t> places;
        for (const EventRow& row : good->rows()) places.push_back(row.seq.value);
        QCOMPARE(places, (std::vector<std::uint64_t>{11, 42, 50}));

        for (const std::uint32_t count : {2u, 4u})
            ARIADNE_VERIFY_SAYS(inputsOf({0, 30, 7}, count).status(), kDataLoss,
                                "the places of " + std::to_string(count) + " rows are malformed");
        ARIADNE_VERIFY_SAYS(
            inputsOf({0}, 1, {11}, {50}, [](Inputs b) { b.initSkips(1)[0] = 0x80; }).status(),
            kDataLoss, "the places of 1 rows are malformed");
        ARIADNE_VERIFY_SAYS(inputsOf({0, 30, 8}, 3).status(), kDataLoss,
                            "row 2 of the inputs lies behind position 50");
        ARIADNE_VERIFY_SAYS(inputsOf({0, 30, 7, 0}, 4).status(), kDataLoss,
                            "row 3 of the inputs lies behind position 50");
        ARIADNE_VERIFY_SAYS(inputsOf({0}, 1, {0}).status(), kDataLoss,
                            "cannot cover the events from position 0 to 50");
        ARIADNE_VERIFY_SAYS(inputsOf({0}, 1, {51}).status(), kDataLoss,
                            "cannot cover the events from position 51 to 50");
        ARIADNE_VERIFY_SAYS(inputsOf({0}, 1, {1}, {1ull << 32}).status(), kDataLoss,
                            "cannot cover the events from position 1 to 4294967296");
        ARIADNE_VERIFY_SAYS(
            inputsOf({0}, 1, {11}, {50}, [](Inputs b) { b.initEvents(16); }).status(), kDataLoss,
            "malformed message");
        QVERIFY(valueOf(inputsOf({}, 0))->rows().empty());
        ARIADNE_VERIFY_SAYS(
            inputsOf({}, 0, {11}, {50}, [](Inputs b) { b.initEvents(16); }).status(), kDataLoss,
            "found rows where none are announced");
    }
};

QTEST_GUILESS_MAIN(HostileBodiesTest)
#include "tst_hostile_bodies.moc"
