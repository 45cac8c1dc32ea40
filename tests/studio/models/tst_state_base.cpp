// What a state is compared with, and how many of its values differ.
#include "studio/models/state_base.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

value::ValueNode leaf(const char* name, const char* text) {
    value::ValueNode out;
    out.name = name;
    out.text = text;
    return out;
}

value::ValueNode node(const char* name, std::vector<value::ValueNode> children) {
    value::ValueNode out;
    out.name = name;
    out.children = std::move(children);
    return out;
}

}  // namespace

class TestStateBase : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachKindHasItsMoment() {
        QVERIFY(!StateBase{}.at({7}, {99}));
        const StateBase before{StateBase::Kind::kPreviousEvent, {}, {}};
        QCOMPARE(before.at({7}, {99})->value, std::uint64_t{6});
        QCOMPARE(before.at({0}, {99})->value, std::uint64_t{0});
        const StateBase mark = markedBase({3, {17}, "  two\nlines ", "note"});
        QCOMPARE(mark.at({7}, {99})->value, std::uint64_t{17});
        // Of a longer recording that had this name.
        QCOMPARE(mark.at({7}, {12})->value, std::uint64_t{12});
        QCOMPARE(mark.text(), QStringLiteral("★ two lines (event 17)"));
        QCOMPARE(markedBase({3, {1700}, "", ""}).text(), QStringLiteral("★ event 1,700"));
    }

    void leavesAreCounted() {
        const auto now = node(
            "", {leaf("a", "1"), leaf("b", "2"), node("c", {leaf("[0]", "x"), leaf("[1]", "y")})});
        QCOMPARE(differencesOf(now, now), std::uint64_t{0});
        QCOMPARE(differencesOf(now, node("", {leaf("a", "1"), leaf("b", "3"),
                                              node("c", {leaf("[0]", "x"), leaf("[1]", "y")})})),
                 std::uint64_t{1});
        // Gone, new, and within.
        QCOMPARE(differencesOf(now, node("", {leaf("b", "2"), node("c", {leaf("[0]", "z")})})),
                 std::uint64_t{3});
        QCOMPARE(differencesOf(node("", {leaf("b", "2")}), now), std::uint64_t{3});
        QCOMPARE(differencesOf(leaf("", "1"), leaf("", "2")), std::uint64_t{1});
    }

    void partsBeyondThoseThatWereReadCount() {
        auto before = node("", {leaf("[0]", "x"), leaf("[1]", "y")});
        auto now = before;
        before.childCount = 2;
        now.childCount = 5;
        QCOMPARE(differencesOf(now, before), std::uint64_t{3});
        QCOMPARE(differencesOf(before, now), std::uint64_t{3});
        QCOMPARE(differencesOf(now, now), std::uint64_t{0});
        QCOMPARE(differencesOf(node("", {}), node("", {now})), std::uint64_t{5});
    }
};

QTEST_GUILESS_MAIN(TestStateBase)
#include "tst_state_base.moc"
