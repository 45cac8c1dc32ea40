// File header, chunk header and trailer: the 64-byte frames and the chunk around a body.
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/crc32c.h"
#include "tracefmt/file_header.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

class FramesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void crcIsCastagnoli() { QCOMPARE(crc32c(ariadne::asBytes("123456789")), 0xE3069283u); }

    void fileHeaderComesBack() {
        FileHeader header;
        header.id = {0x1122334455667788, 0x99AABBCCDDEEFF00};
        header.flags = 0xA5A5;
        const Frame frame = encodeFileHeader(header);
        QCOMPARE(asText(ByteView{frame}.first(8)), std::string_view("\x89"
                                                                    "CLEW\r\n\x1a",
                                                                    8));
        const FileHeader found = valueOf(decodeFileHeader(frame));
        QVERIFY(found.id == header.id);
        QCOMPARE(found.flags, header.flags);
        QCOMPARE(found.major, kFormatMajor);
    }

    void everyFlippedBitOfAFrameIsSeen() {
        Trailer trailer;
        trailer.fileBytes = 1000;
        ChunkHeader chunk;
        chunk.storedBytes = chunk.rawBytes = 100;
        const auto flipped = [](Frame frame, std::size_t bit) {
            frame[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
            return frame;
        };
        for (std::size_t bit = 0; bit < kFrameBytes * 8; ++bit) {
            QVERIFY(!decodeFileHeader(flipped(encodeFileHeader({}), bit)).ok());
            QVERIFY(!decodeTrailer(flipped(encodeTrailer(trailer), bit), 1000));
            QVERIFY(!decodeChunkHeader(flipped(encodeChunkHeader(chunk), bit), 0).ok());
        }
    }

    void trailerComesBackForItsFileOnly() {
        const Trailer trailer{8, 16, 24, 1000, 5, 6, 7};
        const std::optional<Trailer> found = decodeTrailer(encodeTrailer(trailer), 1000);
        QVERIFY(found);
        QCOMPARE(found->tablesAt, 8u);
        QCOMPARE(found->indexAt, 16u);
        QCOMPARE(found->statsAt, 24u);
        QCOMPARE(found->eventDigest, 5u);
        QCOMPARE(found->changeDigest, 6u);
        QCOMPARE(found->chunkCount, 7u);
        QVERIFY(!decodeTrailer(encodeTrailer(trailer), 1008));
    }

    void chunkHeaderComesBack() {
        ChunkHeader header;
        header.type = ChunkType::kSnapshot;
        header.codec = Codec::kLz4;
        header.critical = false;
        header.sequence = 1ull << 40;
        header.storedBytes = 1001;
        header.rawBytes = 5000;
        header.hash = 0xABCDEF;
        header.firstSeq = 1ull << 50;
        header.count = 65'536;
        header.previousBytes = 8 * 12345;
        header.tablesHint = 0xFFFF0000;
        const ChunkHeader found = valueOf(decodeChunkHeader(encodeChunkHeader(header), 64));
        QCOMPARE(encodeChunkHeader(found), encodeChunkHeader(header));
        QVERIFY(found.type == header.type && found.codec == header.codec && !found.critical);
        QCOMPARE(found.totalBytes(), 64u + 1008u);
    }

    void sizesBeyondTheLimitsAreNamed() {
        const auto messageOf = [](std::uint32_t stored, std::uint32_t raw, std::uint32_t count) {
            ChunkHeader header;
            header.storedBytes = stored;
            header.rawBytes = raw;
            header.count = count;
            const absl::Status status = decodeChunkHeader(encodeChunkHeader(header), 4096).status();
            return status.ToString();
        };
        QVERIFY(messageOf((16u << 20) + 1, 1, 0).find("storedLen 16777217") != std::string::npos);
        QVERIFY(messageOf(16u << 20, (32u << 20) + 1, 0).find("rawLen 33554433") !=
                std::string::npos);
        QVERIFY(messageOf(10, 255 * 10 + 65, 0).find("the limit is 2614") != std::string::npos);
        QVERIFY(messageOf(10, 255 * 10 + 65, 0).find("offset 4096") != std::string::npos);
        QVERIFY(messageOf(10, 10, 65'537).find("count 65537") != std::string::npos);
        QVERIFY(messageOf(10, 255 * 10 + 64, 65'536) == "OK");
        QVERIFY(messageOf(16u << 20, 32u << 20, 0) == "OK");
    }

    void whatCannotBeShownOfANameIsNot() {
        const auto named = [](const char(&name)[5]) {
            return nameOf(static_cast<ChunkType>(fourcc(name)));
        };
        QCOMPARE(named("EVNT"), std::string("EVNT"));
        QCOMPARE(named("A! ~"), std::string("A!?~"));
        QCOMPARE(named("\x1f\x7f\xff_"), std::string("???_"));
    }

    void bodiesOfEverySizeComeBack() {
        std::mt19937_64 random(1);
        for (const bool compressible : {true, false}) {
            for (const std::size_t size : {0u, 1u, 7u, 8u, 9u, 100u, 4095u, 70'000u}) {
                Bytes body(size);
                for (std::byte& b : body)
                    b = compressible ? std::byte{7} : static_cast<std::byte>(random());
                ChunkHeader header;
                const Bytes chunk = valueOf(sealChunk(header, body, 99));
                QCOMPARE(chunk.size(), header.totalBytes());
                QCOMPARE(chunk.size() % 8, 0u);
                if (size > 1000) QVERIFY((header.codec == Codec::kLz4) == compressible);
                const Bytes padded(chunk.begin() + kFrameBytes, chunk.end());
                check(checkBody(header, padded, 99, 0));
                QVERIFY(!checkBody(header, padded, 98, 0).ok() || size == 0);
                QCOMPARE(valueOf(unpackBody(header, padded, 0)), body);
            }
        }
    }

    void bodiesBeyondTheLimitsAreNotSealed() {
        const auto statusOf = [](const Bytes& body) {
            ChunkHeader header;
            return sealChunk(header, body, 1).status();
        };
        absl::Status status = statusOf(Bytes(kRawBytesMax + 1));
        QCOMPARE(status.code(), absl::StatusCode::kResourceExhausted);
        QVERIFY(status.ToString().find("a META chunk of 33554433 bytes is too long") !=
                std::string::npos);
        QVERIFY(statusOf(Bytes(kRawBytesMax)).ok());
        // Random words do not shrink, and so take as much as they are long.
        Bytes random(kStoredBytesMax + 8);
        std::mt19937_64 words(1);
        for (std::size_t i = 0; i < random.size(); i += 8)
            storeLittleEndian(random.data() + i, words());
        status = statusOf(random);
        QCOMPARE(status.code(), absl::StatusCode::kResourceExhausted);
        QVERIFY(status.ToString().find("16777224 stored bytes is too long") != std::string::npos);
        random.resize(kStoredBytesMax);
        QVERIFY(statusOf(random).ok());
    }

    void framesOfAnotherLengthAreRefused() {
        const auto sealedWith = [](Frame frame, std::size_t offset, auto value) {
            setFieldAt(frame, offset, value);
            sealFrame(frame);
            return frame;
        };
        ChunkHeader chunk;
        const absl::Status inChunk =
            decodeChunkHeader(sealedWith(encodeChunkHeader(chunk), 14, std::uint16_t{72}), 640)
                .status();
        QCOMPARE(inChunk.code(), absl::StatusCode::kDataLoss);
        QVERIFY(inChunk.ToString().find("the chunk header at offset 640 says it has 72 bytes") !=
                std::string::npos);
        const absl::Status inFile =
            decodeFileHeader(sealedWith(encodeFileHeader({}), 12, std::uint32_t{72})).status();
        QCOMPARE(inFile.code(), absl::StatusCode::kDataLoss);
        QVERIFY(inFile.ToString().find("the file header says it has 72 bytes, expected 64") !=
                std::string::npos);
        const absl::Status older =
            decodeFileHeader(sealedWith(encodeFileHeader({}), 8, std::uint16_t{0})).status();
        QCOMPARE(older.code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY(older.ToString().find("open it with an older Ariadne") != std::string::npos);
    }

    void whatIsStoredAsItIsHasItsOwnLength() {
        ChunkHeader header;
        header.storedBytes = 100;
        header.rawBytes = 104;
        const absl::Status status = unpackBody(header, Bytes(104), 64).status();
        QCOMPARE(status.code(), absl::StatusCode::kDataLoss);
        QVERIFY(status.ToString().find("holds 100 bytes uncompressed, expected 104 bytes") !=
                std::string::npos);
    }

    /// Of a body that is stored as it is, or packed, the beginning alone.
    void asMuchOfABodyIsUnpackedAsIsWanted() {
        Bytes noise(64);
        std::minstd_rand random{5};
        for (std::byte& byte : noise) byte = static_cast<std::byte>(random() >> 8);
        for (const Bytes& body : {noise, Bytes(64, std::byte{1})}) {
            ChunkHeader header;
            const Bytes chunk = valueOf(sealChunk(header, body, 0));
            QCOMPARE(header.codec == Codec::kRaw, body == noise);
            const ByteView stored = ByteView{chunk}.subspan(kFrameBytes, header.storedBytes);
            for (const std::size_t wanted : {0u, 1u, 63u, 64u, 65u}) {
                Bytes room;
                const std::size_t found = valueOf(unpackBodyInto(room, header, stored, wanted, 0));
                QCOMPARE(found, std::min<std::size_t>(wanted, 64));
                QVERIFY(sameBytes(ByteView{room}.first(found), ByteView{body}.first(found)));
            }
        }
        ChunkHeader header;
        header.storedBytes = 8;
        header.rawBytes = 16;
        Bytes room;
        const absl::Status status = unpackBodyInto(room, header, Bytes(8), 16, 640).status();
        QCOMPARE(status.code(), absl::StatusCode::kDataLoss);
        QVERIFY2(status.message().find("at offset 640 holds 8 bytes uncompressed, expected 16") !=
                     absl::string_view::npos,
                 status.ToString().c_str());
    }

    void aBodyThatUnpacksToAnotherLengthIsRefused() {
        ChunkHeader header;
        const Bytes chunk = valueOf(sealChunk(header, Bytes(1000, std::byte{1}), 0));
        const Bytes padded(chunk.begin() + kFrameBytes, chunk.end());
        for (const std::uint32_t rawBytes : {0u, 999u, 1001u, 3000u}) {
            header.rawBytes = rawBytes;
            QVERIFY(!unpackBody(header, padded, 0).ok());
        }
        header.codec = static_cast<Codec>(2);
        QVERIFY(!unpackBody(header, padded, 0).ok());
    }
};

QTEST_GUILESS_MAIN(FramesTest)
#include "tst_frames.moc"
