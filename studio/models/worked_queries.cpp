#include "studio/models/worked_queries.h"

#include <QCoreApplication>

namespace ariadne::studio {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("WorkedQueries", text);
}

WorkedQuery query(const char* question, const char* sql) {
    return {tr(question), QString::fromUtf8(sql)};
}

}  // namespace

const std::vector<WorkedQuery>& workedQueries() {
    static const std::vector<WorkedQuery> all{
        query("What failed?", "SELECT position, actor, text\nFROM failure ORDER BY position"),
        query("What led to the first failure?",
              "SELECT chain.depth, chain.position, chain.kind, chain.actor, chain.text\n"
              "FROM (SELECT position FROM failure ORDER BY position LIMIT 1) AS failed,\n"
              "     causes(failed.position) AS chain"),
        query("Which messages were never read, and why?",
              "SELECT position, kind, sender, receiver, text, drop_reason\n"
              "FROM message WHERE outcome = 'dropped' ORDER BY position"),
        query("Which messages were still waiting at the end?",
              "SELECT position, sender, receiver, text, wait_events\n"
              "FROM message WHERE outcome = 'waiting' ORDER BY position"),
        query("Which answers took longest?",
              "SELECT position, receiver, text, answer_kind, answer_ns\n"
              "FROM message WHERE kind = 'ask' ORDER BY answer_ns DESC LIMIT 20"),
        query("How long do messages wait, by type of actor?",
              "SELECT receiver_type, count(*) AS messages, avg(wait_events) AS mean,\n"
              "       max(wait_events) AS worst\n"
              "FROM message GROUP BY receiver_type ORDER BY worst DESC"),
        query("What does each supervisor restart?",
              "SELECT peer AS supervisor, count(*) AS restarts,\n"
              "       count(DISTINCT actor) AS workers\n"
              "FROM event WHERE kind = 'restart' GROUP BY peer"),
        query("Which obligations leaked, and through whose hands did they go?",
              "SELECT kind, maker, holders, resolved_at\n"
              "FROM obligation WHERE resolution = 'leaked' ORDER BY resolved_at"),
        query("Which effects were slow, and how did they end?",
              "SELECT position, actor, status, latency_ns\n"
              "FROM effect ORDER BY latency_ns DESC, position LIMIT 20"),
        query("Which rounds were busiest?",
              "SELECT round, count(*) AS events, min(position) AS position,\n"
              "       sum(kind = 'deliver') AS turns\n"
              "FROM event GROUP BY round ORDER BY events DESC, round LIMIT 20"),
    };
    return all;
}

}  // namespace ariadne::studio
