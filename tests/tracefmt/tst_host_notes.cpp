// Notes of the host: in no digest, found in whole and in cut files, skipped by who does not know
// them.
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/index_codec.h"
#include "tracefmt/note_codec.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

HostNote behind(std::uint64_t position, HostNote note = someNote()) {
    note.readableTo = {position};
    return note;
}

/// Rows in chunks of five, and a note behind each chunk whose number `noted` wants.
struct Written {
    std::shared_ptr<Bytes> bytes;
    std::size_t unfinished = 0;  ///< length before the summary
    EventDigest digest;
    std::vector<HostNote> notes;  ///< as they must come back
};
template <class Noted>
Written write(std::uint32_t chunks, Noted noted) {
    auto disk = std::make_unique<MemoryDisk>();
    Written out;
    out.bytes = disk->bytes();
    const auto writer = writerTo(std::move(disk));
    check(writer->addTypes(someTypes()));
    check(writer->addBirths(someBirths()));
    const Rows rows = typicalRows(5 * chunks);
    for (std::uint32_t i = 0; i < chunks; ++i) {
        check(writer->addEvents(std::span{rows.rows}.subspan(5 * i, 5)));
        if (!noted(i)) continue;
        check(writer->addNote(someNote()));
        out.notes.push_back(behind(5 * (i + 1)));
    }
    out.digest = writer->digest();
    out.unfinished = out.bytes->size();
    check(writer->finish(someStats()));
    return out;
}

bool says(const absl::Status& status, const std::string& text) {
    return status.ToString().find(text) != std::string::npos;
}

}  // namespace

class HostNotesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theBodyComesBack() {
        std::vector<HostNote> notes{someNote(), HostNote{}, behind(9)};
        notes[1].kind = HostNoteKind::kCameBack;
        QVERIFY(valueOf(decodeNotes(valueOf(encodeNotes(notes)))) == notes);
        QVERIFY(valueOf(decodeNotes(valueOf(encodeNotes({})))).empty());
    }

    void kindsOfLaterMinorsAreUnknown() {
        HostNote note = someNote();
        note.kind = static_cast<HostNoteKind>(200);
        const auto found = valueOf(decodeNotes(valueOf(encodeNotes({&note, 1}))));
        note.kind = HostNoteKind::kUnknown;
        QVERIFY(found == std::vector{note});
    }

    void everyDamagedByteOfABodyIsRefusedOrRead() {
        const std::vector<HostNote> notes{someNote(), behind(9)};
        const Bytes whole = valueOf(encodeNotes(notes));
        for (std::size_t size = 0; size < whole.size(); ++size)
            QVERIFY(!decodeNotes(ByteView{whole}.first(size)).ok());
        for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
            Bytes flipped = whole;
            flipped[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
            const auto found = decodeNotes(flipped);
            if (!found.ok())
                QVERIFY(!found.status().message().empty());
            else
                QVERIFY(found->size() <= whole.size() / 8);
        }
    }

    void theyAreInNoDigestAndNoTotal() {
        const Written with = write(8, [](std::uint32_t i) { return i % 3 == 1; });
        const Written without = write(8, [](std::uint32_t) { return false; });
        QVERIFY(with.digest == without.digest);
        const auto noted = readerOf(with.bytes);
        const auto plain = readerOf(without.bytes);
        QVERIFY(noted->stats() == plain->stats());
        QVERIFY(noted->notes() == with.notes && plain->notes().empty());
        QCOMPARE(noted->chunks().size(), plain->chunks().size());
        ARIADNE_VERIFY_OK(noted->verify(nullptr, nullptr));
    }

    void whoDoesNotKnowThemGoesOn() {
        const Written trace = write(3, [](std::uint32_t i) { return i == 1; });
        std::size_t found = 0;
        for (const Chunk& chunk : chunksOf(trace.bytes)) {
            if (chunk.header.type != ChunkType::kNotes) continue;
            QVERIFY(!chunk.header.critical);
            QCOMPARE(nameOf(chunk.header.type), std::string{"NOTE"});
            ++found;
        }
        QCOMPARE(found, std::size_t{1});
        QCOMPARE(readerOf(trace.bytes)->meta().minViewMinor, someMeta().minViewMinor);
    }

    void cutFilesHaveThemToo() {
        const Written trace = write(8, [](std::uint32_t i) { return i % 3 == 1; });
        for (std::size_t size = trace.unfinished; size > 2048; size -= 8) {
            auto cut = std::make_shared<Bytes>(*trace.bytes);
            cut->resize(size);
            const auto reader = readerOf(cut);
            std::vector<HostNote> expected;
            for (const HostNote& note : trace.notes)
                if (note.readableTo < reader->lastPosition()) expected.push_back(note);
            // The one behind the last chunk may or may not have been cut off.
            std::vector<HostNote> more = expected;
            for (const HostNote& note : trace.notes)
                if (note.readableTo == reader->lastPosition()) more.push_back(note);
            QVERIFY(reader->notes() == expected || reader->notes() == more);
            if (size == trace.unfinished) QVERIFY(reader->notes() == trace.notes);
        }
    }

    void thoseInFrontOfTheLastIndexAreFoundFromTheTail() {
        const Written trace = write(600, [](std::uint32_t i) { return i % 100 == 7; });
        QCOMPARE(trace.notes.size(), std::size_t{6});
        const auto whole = readerOf(trace.bytes);
        QVERIFY(whole->state() == FileState::kClean);
        QVERIFY(whole->notes() == trace.notes);
        ARIADNE_VERIFY_OK(whole->verify(nullptr, nullptr));
        auto torn = std::make_shared<Bytes>(*trace.bytes);
        torn->resize(trace.unfinished + 40);
        const auto cut = readerOf(torn);
        QVERIFY(cut->state() == FileState::kCut);
        QVERIFY(cut->notes() == trace.notes);
        ARIADNE_VERIFY_OK(cut->verify(nullptr, nullptr));
    }

    void anIndexWithoutThemIsNotTheTruth() {
        const Written trace = write(3, [](std::uint32_t i) { return i == 1; });
        const std::vector<Chunk> chunks = chunksOf(trace.bytes);
        const auto index = std::find_if(chunks.begin(), chunks.end(), [](const Chunk& chunk) {
            return chunk.header.type == ChunkType::kIndex;
        });
        IndexPart part = valueOf(decodeIndex(index->body));
        QVERIFY(part.notes == trace.notes);
        part.notes.clear();
        auto forged = std::make_shared<Bytes>(*trace.bytes);
        forged->resize(static_cast<std::size_t>(index->offset));
        forgeChunk(*forged, index->offset, index->header, valueOf(encodeIndex(part)));
        QVERIFY(says(readerOf(forged)->verify(nullptr, nullptr), "index does not agree"));
    }

    void oneInTheWrongPlaceIsDamage() {
        const Written trace = write(3, [](std::uint32_t i) { return i == 1; });
        for (const Chunk& chunk : chunksOf(trace.bytes)) {
            if (chunk.header.type != ChunkType::kNotes) continue;
            for (const std::uint64_t place : {0u, 9u, 11u}) {
                auto forged = std::make_shared<Bytes>(*trace.bytes);
                forged->resize(static_cast<std::size_t>(chunk.offset));
                const HostNote note = behind(place);
                forgeChunk(*forged, chunk.offset, chunk.header, valueOf(encodeNotes({&note, 1})));
                const auto reader = readerOf(forged);
                QVERIFY(reader->state() == FileState::kDamaged);
                QVERIFY2(reader->damage().find("NOTE") != std::string::npos,
                         reader->damage().c_str());
                QCOMPARE(reader->lastPosition().value, 10u);
                QVERIFY(reader->notes().empty());
            }
        }
    }

    void longTextsAreCut() {
        HostNote note = someNote();
        note.path.assign(kHostNoteTextBytesMax + 1, 'p');
        note.state.assign(kStringBytesMax + 1, 's');
        note.message.clear();
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        check(writer->addNote(note));
        check(writer->finish({}));
        const auto reader = readerOf(bytes);
        note.path.resize(kHostNoteTextBytesMax);
        note.state.resize(kHostNoteTextBytesMax);
        QVERIFY(reader->notes() == std::vector{note});
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void whenThereAreEnoughTheRestIsWrittenAsBefore() {
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        for (std::size_t i = 0; i < kHostNotesMax; ++i) check(writer->addNote(someNote()));
        const std::size_t before = bytes->size();
        const absl::Status one = writer->addNote(someNote());
        QCOMPARE(one.code(), absl::StatusCode::kOutOfRange);
        QVERIFY2(says(one, std::to_string(kHostNotesMax)), one.ToString().c_str());
        QCOMPARE(bytes->size(), before);
        check(writer->addEvents(typicalRows(3).rows));
        check(writer->finish({}));
        const auto reader = readerOf(bytes);
        QCOMPARE(reader->notes().size(), kHostNotesMax);
        QCOMPARE(reader->lastPosition().value, 3u);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void moreThanThatInAFileAreRefusedByName() {
        const std::vector<HostNote> notes(kHostNotesMax + 1);
        const auto found = decodeNotes(valueOf(encodeNotes(notes)));
        QCOMPARE(found.status().code(), absl::StatusCode::kResourceExhausted);
        QVERIFY(says(found.status(), std::to_string(kHostNotesMax)));
    }
};

QTEST_GUILESS_MAIN(HostNotesTest)
#include "tst_host_notes.moc"
