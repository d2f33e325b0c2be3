#include "p2p/base/log.h"

Q_LOGGING_CATEGORY(logBase, "mutoscope.base", QtInfoMsg)
Q_LOGGING_CATEGORY(logNet, "mutoscope.net", QtInfoMsg)
Q_LOGGING_CATEGORY(logContent, "mutoscope.content", QtInfoMsg)
Q_LOGGING_CATEGORY(logLedger, "mutoscope.ledger", QtInfoMsg)
Q_LOGGING_CATEGORY(logTracker, "mutoscope.tracker", QtInfoMsg)
Q_LOGGING_CATEGORY(logWallet, "mutoscope.wallet", QtInfoMsg)
Q_LOGGING_CATEGORY(logDiscovery, "mutoscope.discovery", QtInfoMsg)
Q_LOGGING_CATEGORY(logSeeder, "mutoscope.seeder", QtInfoMsg)
Q_LOGGING_CATEGORY(logViewer, "mutoscope.viewer", QtInfoMsg)
Q_LOGGING_CATEGORY(logNode, "mutoscope.node", QtInfoMsg)
