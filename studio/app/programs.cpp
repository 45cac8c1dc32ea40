#include "studio/app/programs.h"

#include "studio/models/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace ariadne::studio {
namespace {

struct Sample {
    const char* id;
    const char* summary;
};

constexpr std::array kSamples{
    Sample{"lost_update",
           QT_TRANSLATE_NOOP("Samples",
                             "Two tellers read, think and write one account. Some seeds lose a "
                             "deposit: find the write that overtook it.")},
    Sample{"bookings",
           QT_TRANSLATE_NOOP("Samples",
                             "Two suppliers race for each booking, and the loser gives its seat "
                             "back. With forget=true a permit is leaked.")},
    Sample{"supervised_shop",
           QT_TRANSLATE_NOOP("Samples",
                             "A front desk and a pool of workers that crash, and the region that "
                             "brings them back.")},
    Sample{"dining",
           QT_TRANSLATE_NOOP("Samples",
                             "Philosophers who take one fork, then the other: a deadlock, with "
                             "who waits for whom.")},
    Sample{
        "leader_election",
        QT_TRANSLATE_NOOP(
            "Samples", "A ring of nodes elects its leader. With bug=true some seeds elect two.")},
    Sample{"kv_replica", QT_TRANSLATE_NOOP("Samples",
                                           "A primary, a backup and a failover. With "
                                           "ack_early=true an acknowledged write is lost.")},
    Sample{"crawler",
           QT_TRANSLATE_NOOP(
               "Samples",
               "Fetches every page of a synthetic web once: 2,000 actors, half a million events.")},
    Sample{"chat_rooms",
           QT_TRANSLATE_NOOP("Samples",
                             "A hundred thousand members in a thousand rooms; what one says, the "
                             "whole room hears.")},
    Sample{"gateway",
           QT_TRANSLATE_NOOP("Samples",
                             "Pages fetched from a web server through a circuit breaker. Choose "
                             "a grant: without one each request is refused.")},
    Sample{"hello",
           QT_TRANSLATE_NOOP("Samples", "The smallest program: two actors greet each other.")}};

std::size_t placeOf(const std::string& id) {
    const auto found =
        std::find_if(kSamples.begin(), kSamples.end(), [&](const Sample& s) { return id == s.id; });
    return static_cast<std::size_t>(found - kSamples.begin());
}

QString summaryOf(const Program& program) {
    const std::size_t place = placeOf(program.id);
    if (place < kSamples.size())
        return QCoreApplication::translate("Samples", kSamples[place].summary);
    return QCoreApplication::translate("Samples", "Version %1").arg(textOf(program.version));
}

}  // namespace

std::vector<const Program*> knownPrograms() {
    const auto all = ProgramRegistry::all();
    std::vector<const Program*> out(all.begin(), all.end());
    std::stable_sort(out.begin(), out.end(), [](const Program* a, const Program* b) {
        return placeOf(a->id) < placeOf(b->id);
    });
    return out;
}

QList<ProgramCard> programCards(const std::vector<const Program*>& programs) {
    QList<ProgramCard> out;
    for (const Program* program : programs)
        out.push_back({textOf(program->id), summaryOf(*program)});
    return out;
}

}  // namespace ariadne::studio
