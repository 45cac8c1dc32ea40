#include "recorder/query/table.h"

#include "recorder/query/tables/tables.h"

namespace ariadne::query {

const Operand* Request::argument(std::size_t column) const {
    for (const Term& term : terms)
        if (term.column == column && isArgument(term.push)) return &term.operands.front();
    return nullptr;
}

const std::vector<Table>& allTables() {
    static const std::vector<Table> kTables{
        eventTable(),      messageTable(),  actorTable(),   regionTable(),     obligationTable(),
        stateWriteTable(), snapshotTable(), failureTable(), effectTable(),     stuckTurnTable(),
        stateAtTable(),    causesTable(),   effectsTable(), laneMipmapTable(),
    };
    return kTables;
}

}  // namespace ariadne::query
