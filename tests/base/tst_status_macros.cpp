#include "engine/base/status_macros.h"

#include <QTest>

#include <memory>
#include <utility>

namespace {

absl::StatusOr<int> half(int number) {
    if (number % 2 != 0) return absl::InvalidArgumentError("odd");
    return number / 2;
}

absl::StatusOr<int> quarter(int number) {
    ARIADNE_ASSIGN_OR_RETURN(const int once, half(number));
    ARIADNE_ASSIGN_OR_RETURN(const int twice, half(once));
    return twice;
}

absl::Status even(int number, int& calls) {
    ++calls;
    return half(number).status();
}

absl::Status bothEven(int a, int b, int& calls) {
    ARIADNE_RETURN_IF_ERROR(even(a, calls));
    ARIADNE_RETURN_IF_ERROR(even(b, calls));
    return absl::OkStatus();
}

absl::StatusOr<int> unwrapped(absl::StatusOr<std::unique_ptr<int>> box) {
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<int> content, std::move(box));
    return *content;
}

}  // namespace

class TestStatusMacros : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void valueIsAssigned() { QCOMPARE(quarter(8).value(), 2); }

    void firstErrorIsReturned() {
        QCOMPARE(quarter(3).status(), absl::InvalidArgumentError("odd"));
        QCOMPARE(quarter(6).status(), absl::InvalidArgumentError("odd"));
    }

    void nothingRunsAfterAnError() {
        int calls = 0;
        QVERIFY(!bothEven(1, 2, calls).ok());
        QCOMPARE(calls, 1);
        calls = 0;
        QVERIFY(bothEven(2, 4, calls).ok());
        QCOMPARE(calls, 2);
    }

    void valueThatOnlyMovesIsMoved() { QCOMPARE(unwrapped(std::make_unique<int>(5)).value(), 5); }
};

QTEST_GUILESS_MAIN(TestStatusMacros)
#include "tst_status_macros.moc"
