#include "studio/session/worker.h"

#include <QTest>

#include <future>
#include <memory>
#include <vector>

using namespace ariadne::studio;

namespace {

/// Keeps the worker busy until it is let go, so that requests wait.
class Gate {
public:
    explicit Gate(Worker& worker) {
        worker.post(RequestKind::kOpen, [this](const CancelFlag&) {
            entered_.set_value();
            opened_.get_future().wait();
            return Again::kNo;
        });
        entered_.get_future().wait();
    }
    void open() { opened_.set_value(); }

private:
    std::promise<void> entered_;
    std::promise<void> opened_;
};

/// Returns when all that was posted before has run.
void drain(Worker& worker) {
    std::promise<void> done;
    worker.post(RequestKind::kOpen, [&](const CancelFlag&) {
        done.set_value();
        return Again::kNo;
    });
    done.get_future().wait();
}

}  // namespace

class TestWorker : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tasksRunInOrder() {
        std::vector<int> ran;
        Worker worker;
        for (int i = 0; i < 5; ++i)
            worker.post(RequestKind::kBookmarks, [&ran, i](const CancelFlag&) {
                ran.push_back(i);
                return Again::kNo;
            });
        drain(worker);
        QCOMPARE(ran, (std::vector<int>{0, 1, 2, 3, 4}));
    }

    void theUrgentOneGoesBeforeAllThatWait() {
        std::vector<int> ran;
        Worker worker;
        const auto says = [&ran](int what) {
            return [&ran, what](const CancelFlag&) {
                ran.push_back(what);
                return Again::kNo;
            };
        };
        Gate gate(worker);
        worker.post(RequestKind::kRows, says(1));
        worker.post(RequestKind::kRows, says(2));
        worker.replaceFirst(RequestKind::kMoment, says(3));
        worker.replaceFirst(RequestKind::kMoment, says(4));
        gate.open();
        drain(worker);
        QCOMPARE(ran, (std::vector<int>{4, 1, 2}));
    }

    /// A long one that goes on in slices lets it pass after each.
    void theUrgentOneWaitsForOneSliceOnly() {
        std::vector<int> ran;
        Worker worker;
        int slices = 0;
        worker.post(RequestKind::kRows, [&](const CancelFlag&) {
            ran.push_back(0);
            if (++slices == 1)
                worker.replaceFirst(RequestKind::kMoment, [&ran](const CancelFlag&) {
                    ran.push_back(1);
                    return Again::kNo;
                });
            return slices < 3 ? Again::kYes : Again::kNo;
        });
        drain(worker);
        drain(worker);
        drain(worker);
        QCOMPARE(ran, (std::vector<int>{0, 1, 0, 0}));
    }

    void newestReplacesWhatWaits() {
        std::vector<int> ran;
        Worker worker;
        Gate gate{worker};
        for (int i = 0; i < 100; ++i)
            worker.replace(RequestKind::kMoment, [&ran, i](const CancelFlag&) {
                ran.push_back(i);
                return Again::kNo;
            });
        gate.open();
        drain(worker);
        QCOMPARE(ran, (std::vector<int>{99}));
    }

    void ofBoundedKindsTheOldestIsDropped() {
        std::vector<int> ran;
        Worker worker;
        Gate gate{worker};
        for (int i = 0; i < 10; ++i)
            worker.post(
                RequestKind::kRows,
                [&ran, i](const CancelFlag&) {
                    ran.push_back(i);
                    return Again::kNo;
                },
                3);
        gate.open();
        drain(worker);
        QCOMPARE(ran, (std::vector<int>{7, 8, 9}));
    }

    void newestTellsTheRunningOne() {
        std::promise<void> entered;
        bool told = false;
        Worker worker;
        worker.replace(RequestKind::kMoment, [&](const CancelFlag& cancelled) {
            entered.set_value();
            while (!cancelled) std::this_thread::yield();
            told = true;
            return Again::kYes;
        });
        entered.get_future().wait();
        worker.replace(RequestKind::kMoment, [](const CancelFlag&) { return Again::kNo; });
        drain(worker);
        QVERIFY(told);
    }

    void slicesTakeTurns() {
        std::vector<char> ran;
        Worker worker;
        Gate gate{worker};
        const auto sliced = [&ran](char name) {
            return [&ran, name, left = std::make_shared<int>(3)](const CancelFlag&) {
                ran.push_back(name);
                return --*left > 0 ? Again::kYes : Again::kNo;
            };
        };
        worker.replace(RequestKind::kLanes, sliced('l'));
        worker.replace(RequestKind::kFilter, sliced('f'));
        gate.open();
        while (true) {
            drain(worker);
            if (ran.size() == 6) break;
        }
        QCOMPARE(std::string(ran.begin(), ran.end()), std::string{"lflflf"});
    }

    void destructionTellsTheRunningAndDropsTheWaiting() {
        std::promise<void> entered;
        bool late = false;
        {
            Worker worker;
            worker.post(RequestKind::kReplay, [&](const CancelFlag& cancelled) {
                entered.set_value();
                while (!cancelled) std::this_thread::yield();
                return Again::kYes;
            });
            worker.post(RequestKind::kDiff, [&](const CancelFlag&) {
                late = true;
                return Again::kNo;
            });
            entered.get_future().wait();
        }
        QVERIFY(!late);
    }
};

QTEST_GUILESS_MAIN(TestWorker)
#include "tst_worker.moc"
