# Two commands matter: «make up» starts Отклик, «make test» checks it. Everything they need they install.
# PORT, OTKLIK_HOME, DATABASE_URL with DATABASE_OWNER_URL, and PYTHON are taken from the environment.

export PYTHONUTF8 := 1
# Compiled modules are kept whatever the machine says: without them each start takes seconds longer.
unexport PYTHONDONTWRITEBYTECODE
PY := .venv/bin/python

.PHONY: help setup up test prove lint lock bundle

help:
	@echo "make up     — установить всё нужное и запустить на http://127.0.0.1:8000 (порт: PORT=8080 make up)"
	@echo "make test   — все проверки на настоящем PostgreSQL"
	@echo "make prove  — долгие измерения; числа записываются в bench/README.md"
	@echo "make lint   — ruff, mypy, порядок комнат, забытые миграции"
	@echo "make bundle — один архив dist/otklik-…tar: из него программа ставится без сети"
	@echo "make lock   — закрепить версии зависимостей заново (UPGRADE=1 — взять новые)"

setup:
	@sh scripts/setup.sh

up: setup
	@exec $(PY) -m otklik up $(ARGS)

test:
	@sh scripts/setup.sh test
	@exec sh scripts/test.sh $(ARGS)

prove:
	@sh scripts/setup.sh test
	@exec $(PY) -m bench.prove $(ARGS)

lint:
	@sh scripts/setup.sh test
	@exec sh scripts/lint.sh

lock:
	@sh scripts/setup.sh test
	@exec sh scripts/lock.sh

bundle:
	@sh scripts/setup.sh
	@exec sh scripts/bundle.sh $(ARGS)
