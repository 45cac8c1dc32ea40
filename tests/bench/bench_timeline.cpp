// One frame of the timeline: 10,000 lanes, millions of turns, 1920 x 1080.
#include "studio/models/timeline_raster.h"
#include "studio/session/depth_builder.h"
#include "studio/session/timeline_sums.h"
#include "studio/views/timeline_view.h"

#include <QApplication>
#include <benchmark/benchmark.h>

#include <random>

namespace ariadne::bench {
namespace {

using namespace studio;

constexpr std::uint32_t kLanes = 10'000;
constexpr std::uint64_t kTurns = 5'000'000;

/// What waits for whom, and when: of 50 million events, as many as there is room for.
std::shared_ptr<const TimelineSums> manySums(std::uint64_t last) {
    auto sums = std::make_shared<TimelineSums>();
    DepthBuilder depths;
    depths.know({0}, {});
    std::mt19937_64 random{11};
    std::int64_t time = 0;
    for (std::uint64_t at = 1; at <= last; ++at) {
        const auto rank =
            static_cast<std::uint32_t>(std::min(random() % kLanes, random() % kLanes) + 1);
        const bool comes = random() % 2 == 0;
        depths.add({at}, {comes ? EventKind::kSend : EventKind::kDeliver, Rank{rank}, Rank{rank}},
                   kLanes + 1);
        if (random() % 20 == 0) time += static_cast<std::int64_t>(random() % 2'000'000);
        sums->times.add({at}, {time});
        sums->kinds.add({at}, comes ? EventKind::kSend : EventKind::kDeliver);
    }
    sums->next = {last + 1};
    sums->depths = depths.depths(sums->next, sums->next);
    return sums;
}

/// Turns spread over lanes with a few much busier than the rest.
std::shared_ptr<const LaneIndex> manyLanes() {
    static const auto made = [] {
        auto index = std::make_shared<LaneIndex>();
        index->lanes.resize(kLanes + 1);
        std::mt19937_64 random{7};
        std::uint64_t at = 1;
        for (std::uint64_t i = 0; i < kTurns; ++i) {
            const auto skewed = std::min(random() % kLanes, random() % kLanes);
            const std::uint64_t length = random() % 4 + 1;
            const Slice slice(at, length,
                              random() % 3 == 0 ? SliceKind::kChanged : SliceKind::kTurn);
            at += slice.length;
            index->lanes[skewed + 1].slices.add(slice);
        }
        for (std::uint32_t rank = 1; rank <= kLanes; ++rank) {
            index->lanes[rank].rank = {rank};
            index->lanes[rank].bornAt = {1};
        }
        index->sums = manySums(at);
        index->indexedTo = {at};
        index->complete = true;
        return std::shared_ptr<const LaneIndex>{std::move(index)};
    }();
    return made;
}

void frame(benchmark::State& state) {
    const auto lanes = manyLanes();
    std::vector<LaneRow> rows(kLanes);
    for (std::uint32_t i = 0; i < kLanes; ++i) rows[i].index = i + 1;
    TimelineRaster raster;
    raster.setLanes(lanes);
    QImage image{1920, 1080, QImage::Format_RGB32};
    const Theme theme = Theme::dark();
    const auto share = static_cast<std::uint64_t>(state.range(0));
    const std::uint64_t width = lanes->indexedTo.value / share;
    std::uint64_t begin = 1;
    for (auto _ : state) {
        RasterView view;
        view.axis = {begin, begin + width};
        view.rows = rows;
        view.firstRow = begin % (kLanes - 60);
        view.pitchPx = static_cast<int>(state.range(1));
        view.gapPx = view.pitchPx > 4 ? 2 : 0;
        raster.render(image, view, theme);
        const std::uint64_t room = lanes->indexedTo.value - width;
        begin = room == 0 ? 1 : (begin + width / 50) % room;
    }
}
// Share of the trace in view, pixels per lane.
BENCHMARK(frame)
    ->Args({1, 20})
    ->Args({1, 4})
    ->Args({10, 20})
    ->Args({1000, 20})
    ->Args({1, 1})
    ->Unit(benchmark::kMillisecond);

/// The whole widget: lanes, labels, ruler, position.
void timelineWidget(benchmark::State& state) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    static int words = 1;
    static char name[] = "ariadne-bench";
    static char* arguments[] = {name, nullptr};
    static const QApplication kApplication{words, arguments};
    const auto lanes = manyLanes();
    auto actors = std::make_shared<std::vector<ActorEntry>>(kLanes + 1);
    for (std::uint32_t rank = 1; rank <= kLanes; ++rank) {
        (*actors)[rank].rank = {rank};
        (*actors)[rank].path = "web/actor#" + std::to_string(rank);
    }
    TimelineView view;
    view.resize(1920, 1080);
    view.setByTime(state.range(1) == 1);
    view.setShowQueues(state.range(1) != 2);
    view.setActors(actors);
    view.setLastPosition(lanes->indexedTo, lanes->sums->times.lastTime());
    view.setLanes(lanes);
    view.showAll();
    QImage image{1920, 1080, QImage::Format_RGB32};
    std::uint64_t at = 1;
    const bool scrub = state.range(0) != 0;
    for (auto _ : state) {
        at = (at + lanes->indexedTo.value / 97) % (lanes->indexedTo.value / 2) + 1;
        if (scrub)
            view.setPosition({at});
        else
            view.setVisible64({at, at + lanes->indexedTo.value / 4});
        view.render(&image);
    }
}
// 1: the position moves; 0: the view moves. 0: by position, 1: by time, 2: without queues.
BENCHMARK(timelineWidget)
    ->Args({1, 0})
    ->Args({0, 0})
    ->Args({1, 1})
    ->Args({0, 1})
    ->Args({0, 2})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ariadne::bench
