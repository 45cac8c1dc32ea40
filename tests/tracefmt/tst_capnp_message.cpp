// Messages come out the same whatever size was guessed for them, and none is longer than a body.
#include "tests/tracefmt/body_edit.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

/// A message of about `bytes`.
auto filledWith(std::size_t bytes) {
    return [bytes](capnp::MessageBuilder& message) {
        auto events = message.initRoot<schema::Events>();
        auto payload = events.initPayload(static_cast<unsigned>(bytes));
        for (std::size_t i = 0; i < bytes; i += 97) payload[i] = static_cast<kj::byte>(i);
        events.initKind(7)[3] = 9;
    };
}

}  // namespace

class CapnpMessageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aGuessThatIsTooSmallCostsACopy() {
        for (const std::size_t bytes : {0u, 900u, 70'000u}) {
            const Bytes right = valueOf(buildMessage(bytes + 4096, filledWith(bytes)));
            const Bytes guessed = valueOf(buildMessage(0, filledWith(bytes)));
            QCOMPARE(guessed.size(), right.size());
            std::size_t found = 0;
            ARIADNE_VERIFY_OK(readMessage(guessed, [&](capnp::MessageReader& message) {
                const auto events = message.getRoot<schema::Events>();
                found = events.getPayload().size();
                return events.getKind()[3] == 9 ? absl::OkStatus() : absl::AbortedError("kind");
            }));
            QCOMPARE(found, bytes);
        }
    }

    void roomThatIsTooSmallGrows() {
        MessageRoom room;
        for (const std::size_t bytes : {70'000u, 0u, 900u, 200'000u}) {
            const Bytes right = valueOf(buildMessage(bytes + 4096, filledWith(bytes)));
            for (const std::size_t hint : {std::size_t{0}, bytes + 4096}) {
                const auto built = room.build(hint, filledWith(bytes));
                ARIADNE_VERIFY_OK(built.status());
                QVERIFY(sameBytes(*built, right));
            }
        }
    }

    void whatIsLongerThanABodyIsRefused() {
        const std::string text = "is too long, the limit is 33554432";
        const std::size_t bytes = kRawBytesMax + 8;
        ARIADNE_VERIFY_SAYS(buildMessage(bytes, filledWith(bytes)).status(),
                            absl::StatusCode::kResourceExhausted, text);
        MessageRoom room;
        for (const std::size_t hint : {std::size_t{100}, bytes})
            ARIADNE_VERIFY_SAYS(room.build(hint, filledWith(bytes)).status(),
                                absl::StatusCode::kResourceExhausted, text);
        ARIADNE_VERIFY_OK(room.build(100, filledWith(50)).status());
    }
};

QTEST_GUILESS_MAIN(CapnpMessageTest)
#include "tst_capnp_message.moc"
