// One function for each table; README.md says what they hold.
#pragma once

#include "recorder/query/table.h"

namespace ariadne::query {

Table eventTable();
Table messageTable();
Table actorTable();
Table regionTable();
Table obligationTable();
Table stateWriteTable();
Table snapshotTable();
Table failureTable();
Table effectTable();
Table stuckTurnTable();

Table stateAtTable();
Table causesTable();
Table effectsTable();
Table laneMipmapTable();

}  // namespace ariadne::query
